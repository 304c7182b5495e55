package io.forestage.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.forestage.torch.HostMemory;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Adds the vectors of tokens and positions in one native call, for an inference over tables that
 * lie one behind the other in memory: each row is read once, and each sum written once. A lookup
 * and an addition write the result, read it, and write it again.
 */
final class JoinedLookup {

    /** With fewer tokens the sum stays in the cache, and two calls of libtorch take less time. */
    static final int MIN_TOKENS = 1 << 12;

    /** Of both tables: rows are int32, which costs half the memory of int64. */
    private static final int MAX_ROWS = Integer.MAX_VALUE;

    /** In a batch: a Java buffer holds at most 2 GiB. */
    private static final int MAX_TOKENS = 1 << 27;

    private static final int MAX_VALUES = Integer.MAX_VALUE / Float.BYTES;

    private static final int NEGATIVE_ZERO = Float.floatToRawIntBits(-0f);

    private final NDArray both;
    private final long firstToken;
    private final long firstPosition;
    private final TokenEmbedding tokens;
    private final LearnedPositionalEmbedding positions;
    private final NDArray tokenTable;
    private final NDArray positionTable;

    /** Whether the sum of −0 and −0, which starts at 0, cannot occur; null before it is known. */
    private volatile @Nullable Boolean exact;

    JoinedLookup(
            NDArray both,
            long firstToken,
            TokenEmbedding tokens,
            LearnedPositionalEmbedding positions) {
        Shape expected = new Shape(tokens.rows() + positions.rows(), tokens.width());
        boolean begins = firstToken == 0 || firstToken == positions.rows();
        tokenTable = tokens.weight();
        positionTable = positions.weight();
        if (!isFloat32(both) || !isFloat32(tokenTable) || !isFloat32(positionTable)) {
            throw new IllegalArgumentException(
                    "joinedTables: expected float32, found %s over %s and %s"
                            .formatted(
                                    both.getDataType(),
                                    tokenTable.getDataType(),
                                    positionTable.getDataType()));
        }
        if (!both.getShape().equals(expected) || !begins) {
            throw new IllegalArgumentException(
                    "joinedTables: expected both tables, %s, wte at row 0 or %d, found %s, wte at row %d"
                            .formatted(expected, positions.rows(), both.getShape(), firstToken));
        }
        this.both = both;
        this.firstToken = firstToken;
        this.firstPosition = firstToken == 0 ? tokens.rows() : 0;
        this.tokens = tokens;
        this.positions = positions;
        // Java searches its values; a buffer holds at most 2 GiB.
        if (positionTable.size() > MAX_VALUES) {
            exact = false;
        }
    }

    private static boolean isFloat32(NDArray array) {
        return array.getDataType() == DataType.FLOAT32;
    }

    /** Returns whether the sum of so many tokens is to be computed here. */
    boolean fits(ParameterStore store, NDManager manager, Shape ids, PositionIds positionIds) {
        return ids.size() <= MAX_TOKENS
                && both.getShape().get(0) <= MAX_ROWS
                && isForEach(positionIds, ids)
                && tokens.onlyReads(tokenTable, store, manager.getDevice())
                && positions.onlyReads(positionTable, store, manager.getDevice())
                && isExact();
    }

    /**
     * Adds vectors.
     *
     * @return (…, T, D), in the manager
     * @throws IllegalArgumentException for an id or position without a row
     */
    NDArray sum(NDManager manager, IndexArray ids, PositionIds positionIds) {
        tokens.requireRows(ids);
        positions.requireRows(positionIds);
        try (NDArray rows = manager.create(ids.shape().add(2), DataType.INT32)) {
            fill(HostMemory.of(rows).asIntBuffer(), ids.values(), positionIds);
            return tokens.operations().rowSums(both, rows);
        }
    }

    /** Writes the row of each token, and behind it that of its position. */
    private void fill(IntBuffer rows, long[] ids, PositionIds positionIds) {
        long[] given =
                positionIds instanceof PositionIds.PerToken each
                        ? each.positions().values()
                        : new long[0];
        PositionIds.Range range = positionIds instanceof PositionIds.Range found ? found : null;
        int length = range == null ? given.length : Math.toIntExact(range.length());
        int place = 0;
        for (int i = 0; i < ids.length; i++) {
            long position = range == null ? given[place] : range.offset() + place;
            rows.put(2 * i, (int) (firstToken + ids[i]));
            rows.put(2 * i + 1, (int) (firstPosition + position));
            place = place + 1 == length ? 0 : place + 1;
        }
    }

    /** Returns whether there is a position for each token, or for each of a row. */
    private static boolean isForEach(PositionIds positionIds, Shape ids) {
        long length = ids.dimension() == 0 ? 0 : ids.get(ids.dimension() - 1);
        if (positionIds instanceof PositionIds.PerToken given) {
            Shape shape = given.positions().shape();
            return shape.equals(ids) || shape.equals(new Shape(length));
        }
        return positionIds instanceof PositionIds.Range range && range.length() == length;
    }

    private boolean isExact() {
        Boolean known = exact;
        if (known == null) {
            FloatBuffer values = HostMemory.of(positionTable).asFloatBuffer();
            known = true;
            for (int i = 0; known && i < values.limit(); i++) {
                known = Float.floatToRawIntBits(values.get(i)) != NEGATIVE_ZERO;
            }
            exact = known;
        }
        return known;
    }
}
