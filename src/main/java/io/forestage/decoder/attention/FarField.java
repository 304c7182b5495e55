package io.forestage.decoder.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.forestage.torch.AttentionOperations;
import io.forestage.torch.NativeMemory;
import org.jspecify.annotations.Nullable;

/** The linear attention of one block with one feature map. */
final class FarField {

    /** Within a block of tokens, all products are made: few enough, and large enough for BLAS. */
    private static final int BLOCK = 64;

    private final AttentionOperations.Kind kind;
    private final float @Nullable [] drawn;
    private final Shape shape;

    /**
     * Draws the numbers of random features.
     *
     * @param layer the block's index
     * @param headWidth d
     */
    FarField(FeatureMap map, int layer, int headWidth) {
        kind = kindOf(map);
        if (map instanceof RandomFeatures random) {
            double[][] rows = random.draw(headWidth, layer);
            shape = new Shape(rows.length, rows[0].length);
            drawn = new float[rows.length * rows[0].length];
            for (int i = 0; i < drawn.length; i++) {
                drawn[i] = (float) rows[i / rows[0].length][i % rows[0].length];
            }
        } else {
            shape = new Shape();
            drawn = null;
        }
    }

    private static AttentionOperations.Kind kindOf(FeatureMap map) {
        if (map instanceof RandomFeatures random) {
            return switch (random.form()) {
                case COSINES -> AttentionOperations.Kind.COSINES;
                case COSINES_AND_SINES -> AttentionOperations.Kind.COSINES_AND_SINES;
                case EXPONENTIALS -> AttentionOperations.Kind.EXPONENTIALS;
            };
        }
        return switch ((PlainFeatures) map) {
            case ELU -> AttentionOperations.Kind.ELU;
            case ELU_FLIPPED -> AttentionOperations.Kind.ELU_FLIPPED;
            case TANH -> AttentionOperations.Kind.TANH;
        };
    }

    /** Returns (B, H, T, d), in the manager of the queries. */
    NDArray attend(NDArray queries, NDArray keys, NDArray values, @Nullable NDArray mask) {
        try (NDManager scratch = queries.getManager().newSubManager()) {
            return AttentionOperations.get()
                    .far(
                            queries,
                            keys,
                            values,
                            mask,
                            new AttentionOperations.Map(
                                    kind, projection(scratch, queries.getDataType())),
                            BLOCK);
        }
    }

    /** Starts rows of tokens. */
    AttentionState newState(NDManager owner) {
        NDManager manager = owner.newSubManager();
        return new FarState(
                manager,
                new AttentionOperations.Map(kind, projection(manager, DataType.FLOAT32)),
                BLOCK);
    }

    /** Returns the numbers in native memory, which a backward pass keeps. */
    private @Nullable NDArray projection(NDManager manager, DataType type) {
        float[] numbers = drawn;
        return numbers == null
                ? null
                : NativeMemory.copyOf(manager.create(numbers, shape).toType(type, false));
    }
}
