package io.forestage.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.inference.Predictor;
import ai.djl.modality.nlp.generate.CausalLMOutput;
import ai.djl.modality.nlp.generate.SearchConfig;
import ai.djl.modality.nlp.generate.TextGenerator;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import io.forestage.model.LoadOptions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** DJL's own searches, over the blocks of a folder. */
class CausalTranslatorTest {

    private static final int BEAMS = 3;
    private static final int PAD = 256;

    private ZooModel<NDList, CausalLMOutput> zoo;
    private Predictor<NDList, CausalLMOutput> predictor;
    private NDManager manager;

    @BeforeEach
    void load() throws Exception {
        zoo =
                Criteria.builder()
                        .setTypes(NDList.class, CausalLMOutput.class)
                        .optModelPath(DecoderCase.FOLDER.resolve("gpt2-like"))
                        .optEngine("PyTorch")
                        .optArgument("blockFactory", GenerationBlockFactory.class.getName())
                        .optOption("hasParameter", "false")
                        .optTranslator(new CausalTranslator())
                        .build()
                        .loadModel();
        predictor = zoo.newPredictor();
        manager = NDManager.newBaseManager("PyTorch");
    }

    @AfterEach
    void close() {
        manager.close();
        predictor.close();
        zoo.close();
    }

    /** Three rows of unequal lengths. */
    @ParameterizedTest
    @ValueSource(strings = {"greedy", "beam"})
    void searchesAreThoseOfTransformers(String search) throws Exception {
        try (DecoderCase expected = new DecoderCase("gpt2-like", LoadOptions.frozen())) {
            long[] ids = expected.expected("ids").toLongArray();
            long[] mask = expected.expected("attention_mask").toLongArray();
            boolean greedy = search.equals("greedy");
            NDArray found = expected.expected(greedy ? "greedy" : "beams");
            int length = ids.length / 3;
            for (int i = 0; i < ids.length; i++) {
                ids[i] = mask[i] == 0 ? PAD : ids[i];
            }

            NDArray all = generate(search, manager.create(ids, new Shape(3, length)), 2 * length);

            long each = greedy ? 1 : BEAMS;
            for (int row = 0; row < 3; row++) {
                NDIndex added = new NDIndex("{}:{}, {}:", row * each, (row + 1) * each, length);
                assertThat(rows(all.get(added)))
                        .as("beams are in no order")
                        .containsExactlyInAnyOrderElementsOf(rows(found.get(added)));
            }
            assertThat(all.getShape()).isEqualTo(new Shape(3 * each, 2L * length));
        }
    }

    /** By the definition, with all vectors computed anew. */
    @Test
    void contrastiveSearchIsThatOfItsDefinition() throws Exception {
        long[] tokens = {72, 101, 108, 108};
        NDArray prompt = manager.create(tokens, new Shape(1, tokens.length));

        NDArray found = generate("contrastive", prompt, 12);

        for (int length = tokens.length; length < 12; length++) {
            tokens = Arrays.copyOf(tokens, length + 1);
            tokens[length] = best(tokens);
        }
        assertThat(found.toLongArray()).isEqualTo(tokens);
        assertThat(generate("greedy", prompt, 12).toLongArray()).isNotEqualTo(tokens);
    }

    /** The last token of those given is to be chosen. */
    private long best(long[] tokens) throws TranslateException {
        int last = tokens.length - 1;
        long[] known = Arrays.copyOf(tokens, last);
        NDArray shares = whole(known).getLogits().get("0, -1").softmax(0);
        long[] candidates = shares.topK(4, 0).get(1).toLongArray();
        double greatest = Double.NEGATIVE_INFINITY;
        long best = -1;
        for (long candidate : candidates) {
            tokens[last] = candidate;
            NDArray states = whole(tokens).getHiddenState().get(0);
            NDArray lengths = states.norm(new int[] {1}, true);
            NDArray cosines = states.div(lengths).matMul(states.div(lengths).transpose());
            float near = cosines.get("-1, :-1").max().getFloat();
            double score = 0.4 * shares.getFloat(candidate) - 0.6 * near;
            if (score > greatest) {
                greatest = score;
                best = candidate;
            }
        }
        return best;
    }

    @Test
    void aStepWithAPastIsTheWholeAtOnce() throws Exception {
        CausalLMOutput whole = whole(1, 2, 3, 4, 5);
        CausalLMOutput begin = whole(1, 2, 3);
        NDList next =
                new NDList(
                        manager.create(new long[] {4, 5}, new Shape(1, 2)),
                        manager.create(new long[] {3, 4}, new Shape(1, 2)),
                        manager.ones(new Shape(1, 5), DataType.INT64));
        next.addAll(begin.getPastKeyValuesList());

        CausalLMOutput end = predictor.predict(next);

        assertNear(end.getLogits(), whole.getLogits().get(":, 3:"));
        assertNear(end.getHiddenState(), whole.getHiddenState().get(":, 3:"));
        assertThat(end.getPastKeyValuesList()).hasSize(4);
        for (int i = 0; i < 4; i++) {
            NDArray found = end.getPastKeyValuesList().get(i);
            assertThat(found.getShape()).isEqualTo(new Shape(1, 3, 5, 8));
            assertThat(found.getManager()).isSameAs(manager);
            assertNear(found, whole.getPastKeyValuesList().get(i));
        }
        assertThat(begin.getPastKeyValuesList().head().getShape()).isEqualTo(new Shape(1, 3, 3, 8));
    }

    @Test
    void whatIsWrongIsNamed() {
        assertThatThrownBy(() -> whole(1, 257))
                .isInstanceOf(TranslateException.class)
                .hasStackTraceContaining("token ids: found 257 at [0, 1], expected 0 to 256");
        NDList inputs = new NDList(manager.ones(new Shape(1, 1), DataType.INT64));
        assertThatThrownBy(() -> predictor.predict(inputs))
                .isInstanceOf(TranslateException.class)
                .hasStackTraceContaining(
                        "expected ids, positions and mask, then none or 4 arrays of keys and"
                                + " values, found 1 arrays");
    }

    private NDArray generate(String search, NDArray ids, int length) throws TranslateException {
        SearchConfig config = new SearchConfig();
        config.setBeam(BEAMS);
        config.setMaxSeqLength(length);
        config.setPadTokenId(PAD);
        return new TextGenerator(predictor, search, config).generate(ids);
    }

    private CausalLMOutput whole(long... ids) throws TranslateException {
        Shape shape = new Shape(1, ids.length);
        return predictor.predict(
                new NDList(
                        manager.create(ids, shape),
                        manager.arange(0, ids.length, 1, DataType.INT64).expandDims(0),
                        manager.ones(shape, DataType.INT64)));
    }

    private static List<List<Long>> rows(NDArray ids) {
        int width = Math.toIntExact(ids.getShape().get(1));
        long[] all = ids.toLongArray();
        return IntStream.range(0, all.length / width)
                .mapToObj(row -> Arrays.copyOfRange(all, row * width, (row + 1) * width))
                .map(row -> Arrays.stream(row).boxed().toList())
                .toList();
    }

    private static void assertNear(NDArray found, NDArray expected) {
        assertThat(found.toFloatArray()).containsExactly(expected.toFloatArray(), within(1e-5f));
    }
}
