package io.forestage.decoder;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import io.forestage.decoder.attention.Attention;
import io.forestage.nn.Gpt2InputEmbedding;
import io.forestage.nn.LearnedPositionalEmbedding;
import io.forestage.nn.TiedProjection;
import io.forestage.nn.TokenEmbedding;
import io.forestage.testing.BlockContract;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The block contract of the decoder's blocks, and what they refuse. */
class DecoderBlocksTest {

    private static final int WIDTH = 12;

    private static DecoderConfig config() {
        return Gpt2Decoder.builder()
                .setLayers(2)
                .setHeads(3)
                .setWidth(WIDTH)
                .optInitializerRange(0.5)
                .optDropout(0)
                .build()
                .config();
    }

    private static NDList vectors(NDManager manager) {
        return new NDList(
                manager.randomNormal(new Shape(2, 5, WIDTH)),
                manager.create(new long[] {0, 0, 1, 1, 1, 1, 1, 1, 1, 1}, new Shape(2, 5)));
    }

    @Nested
    class Attends implements BlockContract {

        @Override
        public Block newBlock() {
            return new CausalSelfAttention(config(), 0);
        }

        @Override
        public NDList inputs(NDManager manager) {
            return vectors(manager);
        }
    }

    @Nested
    class OneBlock implements BlockContract {

        @Override
        public Block newBlock() {
            return new Gpt2Block(config(), 1);
        }

        @Override
        public NDList inputs(NDManager manager) {
            return vectors(manager);
        }
    }

    @Nested
    class Network implements BlockContract {

        @Override
        public Block newBlock() {
            TokenEmbedding tokens =
                    TokenEmbedding.builder().setNumEmbeddings(7).setEmbeddingDim(WIDTH).build();
            Gpt2InputEmbedding stage =
                    Gpt2InputEmbedding.builder()
                            .setTokenEmbedding(tokens)
                            .optPositionalEmbedding(
                                    LearnedPositionalEmbedding.builder()
                                            .setNumPositions(5)
                                            .setEmbeddingDim(WIDTH)
                                            .build())
                            .optDropout(0)
                            .build();
            return new Gpt2Network(stage, new Gpt2Decoder(config()), new TiedProjection(tokens));
        }

        @Override
        public NDList inputs(NDManager manager) {
            return new NDList(
                    manager.create(new long[] {0, 0, 3, 6, 2, 1, 2, 3, 4, 5}, new Shape(2, 5)),
                    manager.create(new long[] {0, 0, 1, 1, 1, 1, 1, 1, 1, 1}, new Shape(2, 5)));
        }
    }

    @Test
    void inputsOfAnotherShapeAreRefused() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            Gpt2Decoder decoder = new Gpt2Decoder(config());
            decoder.initialize(manager, DataType.FLOAT32, new Shape(1, 1, WIDTH));
            ParameterStore store = new ParameterStore(manager, false);
            NDArray narrow = manager.zeros(new Shape(1, 2, 5));
            NDArray fits = manager.zeros(new Shape(1, 2, WIDTH));
            NDArray mask = manager.ones(new Shape(1, 3), DataType.INT64);

            assertThatThrownBy(() -> decoder.forward(store, new NDList(narrow), false))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "inputs: expected vectors (B, T, 12), and optionally an attention mask"
                                    + " (B, T), found shapes [(1, 2, 5)]");
            assertThatThrownBy(() -> decoder.forward(store, new NDList(), false))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("found shapes []");
            assertThatThrownBy(() -> decoder.forward(store, new NDList(fits, mask), false))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "attention mask: expected (1, 2) of int32, int64 or boolean, found"
                                    + " int64 (1, 3)");
        }
    }

    @Test
    void optionsOutOfRangeAreRefused() {
        assertThatThrownBy(
                        () -> Gpt2Decoder.builder().setLayers(1).setHeads(5).setWidth(12).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("heads: expected a divisor of the width 12, found 5");
        assertThatThrownBy(() -> Gpt2Decoder.builder().setHeads(5).setWidth(10).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("layers: expected at least 1, found 0");
        assertThatThrownBy(() -> Attention.softmax().withDropout(1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("dropout: expected at least 0 and less than 1, found 1.0");
    }
}
