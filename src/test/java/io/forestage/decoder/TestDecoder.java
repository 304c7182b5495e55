package io.forestage.decoder;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.initializer.NormalInitializer;
import io.forestage.decoder.attention.Attention;
import io.forestage.nn.Gpt2InputEmbedding;
import io.forestage.nn.LearnedPositionalEmbedding;
import io.forestage.nn.TiedProjection;
import io.forestage.nn.TokenEmbedding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A small decoder with random weights: blocks of two heads, 64 tokens, D = 32.
 *
 * @param stage the input stage
 * @param decoder the blocks
 */
record TestDecoder(Gpt2InputEmbedding stage, Gpt2Decoder decoder) {

    static final int TOKENS = 64;
    static final int WIDTH = 32;

    /** Large enough weights, so that the most likely tokens differ from place to place. */
    private static final float RANGE = 0.3f;

    /** Draws one of two blocks. */
    static TestDecoder of(NDManager manager, Attention attention, int positions, double dropout) {
        return of(manager, attention, positions, 2, dropout);
    }

    /**
     * Draws one.
     *
     * @param positions the number of positions; null for a stage without any
     * @param layers the number of blocks
     * @param dropout the rate within the blocks in training
     */
    static TestDecoder of(
            NDManager manager,
            Attention attention,
            @Nullable Integer positions,
            int layers,
            double dropout) {
        Engine.getEngine("PyTorch").setRandomSeed(5);
        Gpt2InputEmbedding.Builder stage =
                Gpt2InputEmbedding.builder()
                        .setTokenEmbedding(
                                TokenEmbedding.builder()
                                        .setNumEmbeddings(TOKENS)
                                        .setEmbeddingDim(WIDTH)
                                        .optInitializer(new NormalInitializer(RANGE))
                                        .build())
                        .optDropout(0);
        if (positions != null) {
            stage.optPositionalEmbedding(
                    LearnedPositionalEmbedding.builder()
                            .setNumPositions(positions)
                            .setEmbeddingDim(WIDTH)
                            .optInitializer(new NormalInitializer(RANGE))
                            .build());
        }
        TestDecoder made =
                new TestDecoder(
                        stage.build(),
                        Gpt2Decoder.builder()
                                .setLayers(layers)
                                .setHeads(2)
                                .setWidth(WIDTH)
                                .optAttention(attention)
                                .optDropout(dropout)
                                .optInitializerRange(RANGE)
                                .build());
        made.stage().initialize(manager, DataType.FLOAT32, new Shape(1, 1));
        made.decoder().initialize(manager, DataType.FLOAT32, new Shape(1, 1, WIDTH));
        return made;
    }

    NDArray table() {
        return stage.getTokenEmbedding().getParameters().valueAt(0).getArray();
    }

    Gpt2Network network() {
        return new Gpt2Network(stage, decoder, new TiedProjection(stage.getTokenEmbedding()));
    }

    /** Returns tokens that depend on the seed alone. */
    static long[] tokens(int count, long seed) {
        return new Random(seed).longs(count, 0, TOKENS).toArray();
    }

    /** Continues rows greedily. */
    List<List<Long>> continued(
            NDManager manager, List<long[]> rows, int count, TokenGenerator.Listener listener) {
        List<List<Long>> added = new ArrayList<>();
        rows.forEach(row -> added.add(new ArrayList<>()));
        int[] each = new int[rows.size()];
        Arrays.fill(each, count);
        try (DecoderStack stack = DecoderStack.of(decoder, table())) {
            new TokenGenerator(stage, stack, -1)
                    .run(
                            manager,
                            rows,
                            each,
                            GenerationOptions.greedy().withStopAtEnd(false),
                            (row, id) -> {
                                added.get(row).add(id);
                                listener.token(row, id);
                            });
        }
        return added;
    }
}
