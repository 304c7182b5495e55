package io.forestage.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import io.forestage.model.LoadOptions;
import io.forestage.torch.DecoderOperations;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A trained model: llm-viz's nano-gpt, which sorts six letters. Its linear layers lie as minGPT
 * saves them, (out, in).
 */
class NanoSortTest {

    /** The largest difference from an activation that minGPT computed. */
    private static final double TOLERANCE = 2e-6;

    private DecoderCase model;
    private ParameterStore store;

    @BeforeEach
    void load() throws IOException {
        model = new DecoderCase("nano-sort", LoadOptions.frozen());
        store = new ParameterStore(model.manager(), false);
    }

    @AfterEach
    void close() {
        model.close();
    }

    @Test
    void everyActivationOfTheFirstBlockIsThatOfMinGpt() throws IOException {
        DecoderOperations operations = DecoderOperations.get();
        Gpt2Decoder decoder = model.loaded().decoder();
        DecoderConfig config = decoder.config();
        List<Gpt2Decoder.NamedPart> parts = decoder.parts();
        NDArray x = apply(model.stage(), model.expected("ids"));
        check("x", x);

        NDArray normalized = apply(parts.get(0).part(), x);
        check("ln1", normalized);
        DecoderOperations.Heads heads =
                operations.heads(normalized, layer(parts.get(1).part()), config.heads());
        check("q", heads.queries());
        check("k", heads.keys());
        check("v", heads.values());
        long length = x.getShape().get(1);
        NDArray each = heads.values().getManager().eye((int) length).reshape(1, 1, length, length);
        NDArray shares =
                operations.attend(
                        heads.queries(),
                        heads.keys(),
                        each.repeat(new long[] {3, config.heads(), 1, 1}),
                        null,
                        1 / Math.sqrt(config.headWidth()),
                        0);
        check("attSm", shares);
        NDArray mixed =
                operations.attend(
                        heads.queries(),
                        heads.keys(),
                        heads.values(),
                        null,
                        1 / Math.sqrt(config.headWidth()),
                        0);
        check("y", mixed.transpose(0, 2, 1, 3).reshape(x.getShape()));
        NDArray attended = operations.merge(mixed, layer(parts.get(2).part()));
        check("yProj", attended);
        NDArray sum = operations.add(attended, x);
        check("attnResid", sum);
        NDArray again = apply(parts.get(3).part(), sum);
        check("ln2", again);
        check("fc", apply(parts.get(4).part(), again));
        NDArray fed =
                operations.feedForward(
                        again,
                        layer(parts.get(4).part()),
                        layer(parts.get(5).part()),
                        config.activation().operation());
        check("mlp", fed);
        check("mlpResid", operations.add(fed, sum));
    }

    @Test
    void everyBlockAndTheLogitsAreThoseOfMinGpt() throws IOException {
        NDArray vectors = apply(model.stage(), model.expected("ids"));
        List<Block> blocks = model.loaded().decoder().getChildren().values();
        for (int i = 0; i < 3; i++) {
            vectors = apply(blocks.get(i), vectors);
            check("block" + i, vectors);
        }
        vectors = apply(blocks.get(3), vectors);
        check("ln_f", vectors);
        NDArray logits = apply(model.head(), vectors);
        check("lm_head", logits);
        check("probs", logits.softmax(-1));
    }

    @Test
    void all729InputsAreSorted() {
        Block network = model.network();
        for (int first = 0; first < 729; first += 81) {
            try (NDManager batch = model.manager().newSubManager()) {
                long[][] letters = new long[81][6];
                for (int i = 0; i < letters.length; i++) {
                    for (int j = 0, left = first + i; j < 6; j++, left /= 3) {
                        letters[i][j] = left % 3;
                    }
                }
                long[][] rows = letters;
                for (int step = 0; step < 6; step++) {
                    NDArray logits =
                            network.forward(
                                            new ParameterStore(batch, false),
                                            new NDList(batch.create(rows)),
                                            false)
                                    .singletonOrThrow();
                    long[] next = logits.get(":, -1").argMax(-1).toLongArray();
                    rows = appended(rows, next);
                }
                for (int i = 0; i < letters.length; i++) {
                    long[] sorted = letters[i].clone();
                    Arrays.sort(sorted);
                    assertThat(Arrays.copyOfRange(rows[i], 6, 12)).isEqualTo(sorted);
                }
            }
        }
    }

    private static long[][] appended(long[][] rows, long[] next) {
        long[][] longer = new long[rows.length][];
        for (int i = 0; i < rows.length; i++) {
            longer[i] = Arrays.copyOf(rows[i], rows[i].length + 1);
            longer[i][rows[i].length] = next[i];
        }
        return longer;
    }

    private NDArray apply(Block block, NDArray input) {
        return block.forward(store, new NDList(input), false).singletonOrThrow();
    }

    private DecoderOperations.Layer layer(WeightAndBias part) {
        return new DecoderOperations.Layer(
                part.weight(store, model.manager().getDevice(), false),
                part.bias(store, model.manager().getDevice(), false));
    }

    private void check(String activation, NDArray found) throws IOException {
        NDArray expected = model.expected(activation);
        assertThat(found.getShape()).as(activation).isEqualTo(expected.getShape());
        NDArray apart = found.sub(expected).abs().div(expected.abs().maximum(1)).max();
        assertThat(apart.toType(DataType.FLOAT64, false).getDouble())
                .as(activation)
                .isCloseTo(0, within(TOLERANCE));
        assertThat(expected.getShape()).isNotEqualTo(new Shape());
    }
}
