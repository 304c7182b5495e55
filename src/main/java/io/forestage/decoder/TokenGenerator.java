package io.forestage.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.forestage.nn.Gpt2InputEmbedding;
import io.forestage.nn.PositionIds;
import io.forestage.tokens.PaddingSide;
import io.forestage.tokens.TokenBatch;
import io.forestage.torch.HostMemory;
import io.forestage.torch.NativeMemory;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Continues rows of tokens, all in step; shorter rows are padded on the left. */
final class TokenGenerator {

    private final Gpt2InputEmbedding stage;
    private final DecoderStack decoder;
    private final long endToken;

    /**
     * Makes a generator.
     *
     * @param endToken the token that ends a row, or −1 if there is none
     */
    TokenGenerator(Gpt2InputEmbedding stage, DecoderStack decoder, long endToken) {
        this.stage = stage;
        this.decoder = decoder;
        this.endToken = endToken;
    }

    /** Receives each token of each row. */
    @FunctionalInterface
    interface Listener {

        void token(int row, long id);
    }

    /**
     * Continues rows.
     *
     * @param manager owns what is needed meanwhile
     * @param rows the tokens so far, at least one a row
     * @param maxTokens how many tokens may be added to each row
     * @return for each row, whether it ended with the end token
     */
    boolean[] run(
            NDManager manager,
            List<long[]> rows,
            int[] maxTokens,
            GenerationOptions options,
            Listener listener) {
        TokenBatch batch = TokenBatch.of(rows, PaddingSide.LEFT, Math.max(endToken, 0));
        int count = batch.batchSize();
        int length = batch.length();
        int steps = Arrays.stream(maxTokens).max().orElse(0);
        TokenSampler[] samplers = new TokenSampler[count];
        Arrays.setAll(samplers, row -> new TokenSampler(options));
        boolean[] ended = new boolean[count];
        boolean[] finished = new boolean[count];
        long[] ids = batch.ids();
        long[] positions = batch.positionIds();
        try (NDManager scratch = manager.newSubManager();
                DecoderState state = decoder.start(scratch, count, length + steps - 1)) {
            NDArray mask = mask(batch, length + steps, scratch);
            for (int step = 0; step < steps; step++) {
                float[][] logits =
                        logits(
                                scratch,
                                ids,
                                positions,
                                new Shape(count, ids.length / count),
                                mask,
                                state);
                long[] next = new long[count];
                for (int row = 0; row < count; row++) {
                    if (finished[row]) {
                        next[row] = Math.max(endToken, 0);
                        continue;
                    }
                    next[row] = samplers[row].next(logits[row]);
                    ended[row] = options.stopAtEnd() && next[row] == endToken;
                    if (!ended[row]) {
                        listener.token(row, next[row]);
                    }
                    finished[row] = ended[row] || step + 1 == maxTokens[row];
                }
                if (allOf(finished)) {
                    break;
                }
                ids = next;
                positions = new long[count];
                for (int row = 0; row < count; row++) {
                    // What follows a finished row is read by nobody, but must have a position.
                    positions[row] = finished[row] ? 0 : (long) rows.get(row).length + step;
                }
            }
        }
        return ended;
    }

    /** The logits of each row's last token. */
    private float[][] logits(
            NDManager manager,
            long[] ids,
            long[] positions,
            Shape shape,
            @Nullable NDArray mask,
            DecoderState state) {
        try (NDManager scratch = manager.newSubManager()) {
            NDArray vectors =
                    stage.embed(
                            new ParameterStore(scratch, false),
                            scratch,
                            ids,
                            shape,
                            PositionIds.of(positions, shape),
                            false);
            long keys = state.length() + shape.get(1);
            NDArray seen = null;
            if (mask != null) {
                seen = mask.get(":, :" + keys);
                seen.attach(scratch);
            }
            return rows(state.next(vectors, seen));
        }
    }

    /** Reads (…, V) as rows. */
    static float[][] rows(NDArray logits) {
        Shape shape = logits.getShape();
        int width = Math.toIntExact(shape.get(shape.dimension() - 1));
        float[][] rows = new float[Math.toIntExact(shape.size() / width)][width];
        return HostMemory.read(
                logits,
                bytes -> {
                    FloatBuffer values = bytes.asFloatBuffer();
                    for (float[] row : rows) {
                        values.get(row);
                    }
                    return rows;
                });
    }

    /** The mask of all tokens to come, or null if no row is padded. */
    private static @Nullable NDArray mask(TokenBatch batch, int length, NDManager manager) {
        int padded = batch.length();
        long[] given = batch.attentionMask();
        if (Arrays.stream(given).allMatch(each -> each == 1)) {
            return null;
        }
        long[] mask = new long[batch.batchSize() * length];
        Arrays.fill(mask, 1);
        for (int row = 0; row < batch.batchSize(); row++) {
            System.arraycopy(given, row * padded, mask, row * length, padded);
        }
        return NativeMemory.of(manager, mask, new Shape(batch.batchSize(), length));
    }

    private static boolean allOf(boolean[] values) {
        for (boolean value : values) {
            if (!value) {
                return false;
            }
        }
        return true;
    }
}
