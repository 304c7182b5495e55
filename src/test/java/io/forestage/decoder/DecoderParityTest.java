package io.forestage.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.loss.Loss;
import io.forestage.model.LoadOptions;
import io.forestage.testing.Bits;
import io.forestage.testing.Tolerances;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The blocks compute what transformers computes with random weights, forward and backward. */
class DecoderParityTest {

    static Stream<String> models() {
        return DecoderCase.RANDOM.stream();
    }

    @ParameterizedTest
    @MethodSource("models")
    void logitsAreThoseOfTransformers(String name) throws IOException {
        try (DecoderCase model = new DecoderCase(name, LoadOptions.frozen())) {
            NDArray logits = forward(model, model.network(), false, model.expected("ids"));

            assertThat(DecoderCase.difference(logits, model.expected("logits")))
                    .isLessThan(Tolerances.DECODER_LOGITS);
            assertThat(DecoderCase.difference(logits, model.expected("fused_logits")))
                    .isLessThan(Tolerances.DECODER_LOGITS);
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void aSequenceOfStageDecoderAndHeadIsGpt2(String name) throws IOException {
        try (DecoderCase model = new DecoderCase(name, LoadOptions.frozen())) {
            SequentialBlock sequence =
                    new SequentialBlock()
                            .add(model.stage())
                            .add(model.loaded().decoder())
                            .add(model.head());

            NDArray logits = forward(model, sequence, false, model.expected("ids"));

            assertThat(DecoderCase.difference(logits, model.expected("logits")))
                    .isLessThan(Tolerances.DECODER_LOGITS);
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void everyBlocksVectorsAreThoseOfTransformers(String name) throws IOException {
        try (DecoderCase model = new DecoderCase(name, LoadOptions.frozen())) {
            ParameterStore store = new ParameterStore(model.manager(), false);
            NDArray vectors =
                    model.stage()
                            .forward(store, new NDList(model.expected("ids")), false)
                            .singletonOrThrow();
            assertThat(Bits.of(vectors)).isEqualTo(Bits.of(model.expected("state_0")));
            List<Block> blocks = model.loaded().decoder().getChildren().values();

            for (int i = 0; i + 1 < blocks.size(); i++) {
                vectors =
                        blocks.get(i).forward(store, new NDList(vectors), false).singletonOrThrow();
                if (i + 2 == blocks.size()) { // transformers' last state is behind the last norm
                    vectors =
                            blocks.get(i + 1)
                                    .forward(store, new NDList(vectors), false)
                                    .singletonOrThrow();
                }
                assertThat(DecoderCase.difference(vectors, model.expected("state_" + (i + 1))))
                        .isLessThan(Tolerances.DECODER_LOGITS);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void rowsPaddedOnTheLeftAreThoseOfTransformersAndThoseOfEachAlone(String name)
            throws IOException {
        try (DecoderCase model = new DecoderCase(name, LoadOptions.frozen())) {
            NDArray ids = model.expected("ids");
            NDArray mask = model.expected("attention_mask");
            NDArray expected = model.expected("padded_logits");

            NDArray logits = forward(model, model.network(), false, ids, mask);

            for (int row = 0; row < ids.getShape().get(0); row++) {
                long length = mask.get(row).sum().getLong();
                String tokens = "-%d:".formatted(length);
                NDArray found = logits.get(row).get(tokens);
                assertThat(DecoderCase.difference(found, expected.get(row).get(tokens)))
                        .isLessThan(Tolerances.DECODER_LOGITS);
                NDArray alone =
                        forward(
                                model,
                                model.network(),
                                false,
                                ids.get(row).get(tokens).expandDims(0));
                assertThat(DecoderCase.difference(found, alone.get(0)))
                        .isLessThan(Tolerances.DECODER_LOGITS);
            }
            assertThat(logits.isNaN().any().getBoolean()).isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void lossAndGradientsOfAllParametersAreThoseOfPyTorch(String name) throws IOException {
        try (DecoderCase model = new DecoderCase(name, LoadOptions.fineTuned())) {
            Gpt2Network network = model.network();
            NDArray ids = model.expected("ids");
            NDArray labels = ids.get(":, 1:").reshape(-1);
            NDManager manager = model.manager();
            NDArray loss;
            try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
                NDArray logits;
                try (NDManager batch = manager.newSubManager()) {
                    NDArray given = ids.duplicate();
                    given.attach(batch);
                    // Dropout is 0 in these models.
                    logits = forward(model, network, true, given);
                    logits.attach(manager);
                }
                System.gc(); // what the backward pass reads must not be Java's
                NDArray rows = logits.get(":, :-1").reshape(-1, logits.getShape().get(2));
                loss =
                        Loss.softmaxCrossEntropyLoss()
                                .evaluate(new NDList(labels), new NDList(rows));
                collector.backward(loss);
            }

            assertThat(DecoderCase.difference(loss, model.expected("loss")))
                    .isLessThan(Tolerances.DECODER_GRADIENTS);
            List<String> names = gradientNames(model);
            List<Parameter> parameters = parameters(network);
            assertThat(parameters).hasSameSizeAs(names);
            for (int i = 0; i < names.size(); i++) {
                assertThat(
                                DecoderCase.difference(
                                        parameters.get(i).getArray().getGradient(),
                                        model.expected("gradient." + names.get(i))))
                        .as(names.get(i))
                        .isLessThan(Tolerances.DECODER_GRADIENTS);
            }
        }
    }

    /** A change of a token changes no bit of the results before it. */
    @ParameterizedTest
    @MethodSource("models")
    void noTokenSeesALaterOne(String name) throws IOException {
        try (DecoderCase model = new DecoderCase(name, LoadOptions.frozen())) {
            NDArray ids = model.expected("ids");
            Gpt2Network network = model.network();
            NDArray before = forward(model, network, false, ids);
            long length = ids.getShape().get(1);

            for (long changed = 1; changed < length; changed++) {
                NDArray others = ids.duplicate();
                others.set(
                        new ai.djl.ndarray.index.NDIndex(":, {}", changed),
                        others.get(":, " + changed).add(1).mod(7));
                NDArray after = forward(model, network, false, others);

                assertThat(Bits.of(after.get(":, :" + changed)))
                        .isEqualTo(Bits.of(before.get(":, :" + changed)));
                assertThat(Bits.of(after.get(":, {}:", changed)))
                        .isNotEqualTo(Bits.of(before.get(":, {}:", changed)));
            }
        }
    }

    private static NDArray forward(
            DecoderCase model, Block network, boolean training, NDArray... inputs) {
        return network.forward(
                        new ParameterStore(model.manager(), false), new NDList(inputs), training)
                .singletonOrThrow();
    }

    /** Returns transformers' names of the parameters in the order of the network's. */
    private static List<String> gradientNames(DecoderCase model) {
        List<String> names = new ArrayList<>(List.of("wte.weight", "wpe.weight"));
        model.loaded()
                .decoder()
                .parts()
                .forEach(
                        part ->
                                names.addAll(
                                        List.of(part.name() + ".weight", part.name() + ".bias")));
        names.replaceAll(each -> "transformer." + each);
        if (model.loaded().head() != null) {
            names.add("lm_head.weight");
        }
        return names;
    }

    private static List<Parameter> parameters(Block network) {
        return network.getParameters().values().stream()
                .filter(parameter -> parameter.getArray().getDataType() == DataType.FLOAT32)
                .toList();
    }
}
