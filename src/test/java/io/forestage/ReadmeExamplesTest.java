package io.forestage;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.forestage.nn.Gpt2InputEmbedding;
import io.forestage.nn.SinusoidalPositionalEmbedding;
import io.forestage.nn.TokenEmbedding;
import io.forestage.testing.Bits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the README's program, and the examples of the pages as they stand there. */
class ReadmeExamplesTest {

    @TempDir Path temporary;

    @Test
    void theReadmesProgramRunsAsItStandsThere() throws Exception {
        List<String> programs = examples(Path.of("README.md"));

        assertThat(programs).hasSize(1);
        assertPrints(programs.get(0), "(2, 8, 128) (2, 8)");
    }

    @Test
    void theProgramOfLangChain4jRunsAsItStandsThere() throws Exception {
        List<String> programs = examples(Path.of("src/site/markdown/langchain4j.md"));

        assertThat(programs).hasSize(1);
        assertPrints(programs.get(0), "the ship sailed over the ocean");
    }

    private void assertPrints(String program, String line) throws Exception {
        Path file = Files.writeString(temporary.resolve("Program.java"), program);
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                file.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();

        assertThat(process.inputReader(StandardCharsets.UTF_8).lines()).containsExactly(line);
        assertThat(process.waitFor()).isZero();
    }

    @Test
    void oneVectorForEachText() throws Exception {
        try (InputStage stage = InputStage.load(Path.of("models/nano"))) {
            VectorOptions options = VectorOptions.mean().withNormalize(true);
            float[][] vectors = stage.vectors(List.of("a king", "the sea"), options); // 2 × 128
            assertThat(vectors).hasDimensions(2, 128);
        }
    }

    @Test
    void theMaskIsOneAtTokensAndZeroAtPads() throws Exception {
        try (InputStage stage = InputStage.load(Path.of("models/nano"));
                Embeddings result = stage.embed("Hello, I'm a language model,", "Hi")) {
            assertThat(result.embeddings().getShape()).isEqualTo(new Shape(2, 8, 128));
            assertThat(result.attentionMask().sum(new int[] {1}).toLongArray())
                    .containsExactly(8, 1);
        }
    }

    @Test
    void theFirstBlockOfANetworkThatTrains() {
        Gpt2InputEmbedding embedding =
                Gpt2InputEmbedding.builder()
                        .setTokenEmbedding(
                                TokenEmbedding.builder()
                                        .setNumEmbeddings(50257)
                                        .setEmbeddingDim(64)
                                        .build())
                        .optPositionalEmbedding(
                                SinusoidalPositionalEmbedding.builder().setEmbeddingDim(64).build())
                        .build();
        Block network =
                new SequentialBlock().add(embedding).add(Linear.builder().setUnits(2).build());
        try (Model model = Model.newInstance("readme", "PyTorch")) {
            model.getNDManager().getEngine().setRandomSeed(1); // of the table and the dropout
            model.setBlock(network);
            DefaultTrainingConfig config =
                    new DefaultTrainingConfig(Loss.l2Loss("l2"))
                            .optOptimizer(
                                    Optimizer.adam()
                                            .optLearningRateTracker(Tracker.fixed(0.05f))
                                            .build());
            try (Trainer trainer = model.newTrainer(config)) {
                trainer.initialize(new Shape(2, 5));
                NDArray ids = model.getNDManager().ones(new Shape(2, 5), DataType.INT64);
                float first = step(trainer, ids);
                for (int i = 0; i < 20; i++) {
                    step(trainer, ids);
                }
                assertThat(step(trainer, ids)).isLessThan(first / 2);
            }
        }
    }

    @Test
    void anEmbeddingIsALinearLayerOverOneHotVectors() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            ParameterStore store = new ParameterStore(manager, false);
            TokenEmbedding embedding =
                    TokenEmbedding.builder().setNumEmbeddings(4).setEmbeddingDim(5).build();
            embedding.initialize(manager, DataType.FLOAT32, new Shape(3));
            NDArray table = embedding.getParameters().valueAt(0).getArray();
            NDArray ids = manager.create(new long[] {2, 3, 1});
            NDArray lookup = embedding.forward(store, new NDList(ids), false).singletonOrThrow();
            NDArray product = ids.oneHot(4, DataType.FLOAT32).matMul(table); // the same to the bit
            assertThat(Bits.of(lookup)).isEqualTo(Bits.of(product));
        }
    }

    @Test
    void throughCriteria() throws Exception {
        Criteria<String, float[][]> criteria =
                Criteria.builder()
                        .setTypes(String.class, float[][].class)
                        .optModelPath(Path.of("models/gpt2-random"))
                        .build();
        try (ZooModel<String, float[][]> model = criteria.loadModel();
                Predictor<String, float[][]> predictor = model.newPredictor()) {
            float[][] vectors = predictor.predict("Hello world"); // 2 × 768
            assertThat(vectors).hasDimensions(2, 768);
        }
    }

    @Test
    void everyExampleOfThePagesStandsHere() throws IOException {
        StringBuilder here = new StringBuilder();
        try (Stream<Path> files = Files.walk(Path.of("src/test/java/io/forestage"))) {
            for (Path file :
                    files.filter(
                                    path ->
                                            path.toString()
                                                    .matches(".*(/examples/|Readme).*Test.java"))
                            .toList()) {
                here.append(code(Files.readString(file)));
            }
        }
        List<String> examples = new ArrayList<>();
        try (Stream<Path> pages = Files.list(Path.of("src/site/markdown"))) {
            for (Path page : pages.filter(Files::isRegularFile).toList()) {
                examples.addAll(examples(page));
            }
        }
        examples.removeIf(example -> example.contains("void main(")); // Another test runs it.

        assertThat(examples).hasSize(14);
        for (String example : examples) {
            // Before its last brace, a test goes on with what it asserts.
            assertThat(here.toString()).contains(code(example).replaceAll("}$", ""));
        }
    }

    private static float step(Trainer trainer, NDArray ids) {
        float loss;
        try (NDManager batch = trainer.getManager().newSubManager();
                GradientCollector collector = trainer.newGradientCollector()) {
            NDArray local = ids.duplicate();
            local.attach(batch);
            NDArray output = trainer.forward(new NDList(local)).singletonOrThrow();
            NDArray mean = output.sub(3).square().mean();
            collector.backward(mean);
            loss = mean.getFloat();
        }
        trainer.step();
        return loss;
    }

    /** The Java of a page. */
    private static List<String> examples(Path page) throws IOException {
        return Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(page))
                .results()
                .map((MatchResult block) -> block.group(1))
                .toList();
    }

    /** White space is the formatter's business. */
    private static String code(String text) {
        return text.replaceAll("\\s+", "");
    }
}
