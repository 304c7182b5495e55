package io.forestage.spark.skipgram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.forestage.InputStage;
import io.forestage.VectorOptions;
import io.forestage.tokens.SpecialTokens;
import io.forestage.tokens.TextTokenizer;
import io.forestage.training.skipgram.PackedText;
import io.forestage.training.skipgram.PlanTraining;
import io.forestage.training.skipgram.SkipGramPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trainings in a Spark of this process. */
@Tag("spark")
class SkipGramEstimatorTest {

    private static final int VOCABULARY = 50257;
    private static final int WIDTH = 16;

    private static List<String> texts = List.of();
    private static float[][] expected = {};

    @TempDir private Path folder;

    /** Two groups of words that never occur together; trained by the plan alone. */
    @BeforeAll
    static void trainWithoutSpark() throws IOException {
        Random random = new Random(1);
        List<PackedText> packed = new ArrayList<>();
        try (TextTokenizer tokenizer = TextTokenizer.gpt2()) {
            List<String> words =
                    Stream.iterate(1000, id -> id + 1)
                            .map(id -> tokenizer.decode(id))
                            .filter(word -> word.matches(" [a-z]{3,}"))
                            .limit(300)
                            .toList();
            List<String> made = new ArrayList<>();
            for (int i = 0; i < 1_200; i++) {
                StringBuilder text = new StringBuilder();
                for (int k = 0; k < 12; k++) {
                    text.append(words.get(i % 2 * 150 + random.nextInt(150)));
                }
                made.add(text.toString());
            }
            made.addAll(made.subList(0, 50)); // equal texts
            texts = List.copyOf(made);
            for (String text : texts) {
                packed.add(new PackedText(tokenizer.encode(text, SpecialTokens.AS_TEXT).ids(), 7));
            }
        }
        SkipGramPlan plan =
                new SkipGramPlan(
                        estimator().options(), PlanTraining.counts(packed, VOCABULARY), 4, 2);
        assertThat(plan.parts()).isEqualTo(4);
        PlanTraining training = new PlanTraining(plan, packed, 1, 1);
        training.run();
        expected = training.rows(VOCABULARY);
    }

    private static SkipGramEstimator estimator() {
        return new SkipGramEstimator()
                .setVectorSize(WIDTH)
                .setWindowSize(4)
                .setMaxIter(3)
                .setStepSize(0.2)
                .setSample(0)
                .setMinCount(2)
                .setSeed(7)
                .setNumParts(4)
                .setStepsPerEpoch(2);
    }

    private interface Work<T> {
        T on(SparkSession spark) throws Exception;
    }

    private static <T> T onSpark(String master, String serializer, Work<T> work) throws Exception {
        try (SparkSession spark =
                SparkSession.builder()
                        .master(master)
                        .config("spark.ui.enabled", "false")
                        .config("spark.driver.host", "127.0.0.1")
                        .config("spark.driver.bindAddress", "127.0.0.1")
                        .config("spark.sql.shuffle.partitions", "2")
                        .config("spark.serializer", serializer)
                        .getOrCreate()) {
            return work.on(spark);
        }
    }

    private interface Checks {
        void on(SparkSession spark) throws Exception;
    }

    private static void checkOnSpark(Checks checks) throws Exception {
        onSpark(
                spark -> {
                    checks.on(spark);
                    return true;
                });
    }

    private static <T> T onSpark(Work<T> work) throws Exception {
        return onSpark("local[2]", "org.apache.spark.serializer.JavaSerializer", work);
    }

    private static Dataset<Row> column(SparkSession spark, List<@Nullable String> texts) {
        return spark.createDataset(texts, Encoders.STRING()).toDF("text");
    }

    private static float[][] rows(SkipGramModel model) {
        float[][] rows = new float[VOCABULARY][];
        for (Row row : model.getVectors().collectAsList()) {
            Vector vector = row.getAs("vector");
            float[] values = new float[vector.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) vector.apply(i);
            }
            rows[row.getInt(0)] = values;
        }
        return rows;
    }

    @Test
    void theBitsAreThoseOfThePlanOnAnyCoresPartitionsOrderAndSerializer() throws Exception {
        List<String> other = new ArrayList<>(texts);
        Collections.shuffle(other, new Random(2));

        float[][] one =
                onSpark(
                        "local[1]",
                        "org.apache.spark.serializer.JavaSerializer",
                        spark -> rows(estimator().fit(column(spark, texts))));
        float[][] four =
                onSpark(
                        "local[4]",
                        "org.apache.spark.serializer.KryoSerializer",
                        spark -> rows(estimator().fit(column(spark, other).repartition(7))));

        assertThat(one).isDeepEqualTo(expected);
        assertThat(four).isDeepEqualTo(expected);
    }

    @Test
    void aTrainingWhoseDriverEndedGoesOnFromItsCheckpoint() throws Exception {
        String checkpoints = folder.resolve("checkpoints").toString();
        assertThatThrownBy(
                        () ->
                                onSpark(
                                        spark -> {
                                            return endAfter(spark, 3, checkpoints);
                                        }))
                .hasMessage("the driver ends");
        Path left = onlyFolder(Path.of(checkpoints));
        assertThat(left.resolve("step-2/_SUCCESS")).exists();
        assertThat(left.resolve("step-1")).doesNotExist();

        float[][] resumed =
                onSpark(
                        spark -> {
                            Stages stages = new Stages();
                            spark.sparkContext().addSparkListener(stages);
                            float[][] all =
                                    rows(
                                            estimator()
                                                    .setCheckpointDir(checkpoints)
                                                    .fit(column(spark, texts)));
                            spark.stop();
                            assertThat(stages.count)
                                    .as("3 of 6 steps of 4 rounds")
                                    .isBetween(12, 32);
                            return all;
                        });

        assertThat(resumed).isDeepEqualTo(expected);
        assertThat(left).as("the checkpoint of a training that is done").doesNotExist();
    }

    /** Trains until a step is kept, as a driver that is killed then. */
    private static Void endAfter(SparkSession spark, int steps, String checkpoints)
            throws IOException {
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        CorpusShards corpus =
                CorpusShards.of(
                        column(spark, texts), new CorpusShards.Source("text", false, 7), 2, 4);
        CorpusShards.Tally tally = corpus.tally();
        SkipGramPlan plan = new SkipGramPlan(estimator().options(), tally.counts(), 4, 2);
        FolderStore store = FolderStore.open(context, checkpoints, plan.identity(tally.checksum()));
        new ClusterTraining(context, plan, corpus)
                .run(
                        new StepStore() {
                            @Override
                            public Kept keep(int step, JavaRDD<PartRows> trained)
                                    throws IOException {
                                if (step == steps) {
                                    throw new IllegalStateException("the driver ends");
                                }
                                return store.keep(step, trained);
                            }

                            @Override
                            public @Nullable Kept last() throws IOException {
                                return store.last();
                            }

                            @Override
                            public void delete() {}
                        });
        return null;
    }

    /** Counts the stages that ran. */
    private static final class Stages extends SparkListener {

        private int count;

        @Override
        public void onStageCompleted(SparkListenerStageCompleted completed) {
            count++;
        }
    }

    private static List<String> every(int step, List<String> all) {
        return IntStream.iterate(0, i -> i < all.size(), i -> i + step).mapToObj(all::get).toList();
    }

    private static Path onlyFolder(Path parent) throws IOException {
        try (Stream<Path> entries = Files.list(parent)) {
            List<Path> all = entries.toList();
            assertThat(all).hasSize(1);
            return all.get(0);
        }
    }

    @Test
    void aModelEmbedsFindsSynonymsAndIsSavedInBothForms() throws Exception {
        String model = folder.resolve("model").toString();
        String saved = folder.resolve("saved").toString();
        String word = texts.get(0).strip().split(" ", 2)[0];
        String group = every(2, texts).toString();
        List<String> asked = List.of(texts.get(0), "", "two\n\nparagraphs and snowmen ☃");
        List<Vector> vectors =
                onSpark(
                        spark -> {
                            PipelineStage[] stages = {estimator().setOutputCol("mean")};
                            PipelineModel pipeline =
                                    new Pipeline().setStages(stages).fit(column(spark, texts));
                            SkipGramModel trained = (SkipGramModel) pipeline.stages()[0];
                            trained.saveAsModelFolder(model);
                            trained.save(saved);
                            SkipGramModel loaded = SkipGramModel.load(saved);
                            assertThat(rows(loaded)).isDeepEqualTo(expected);
                            assertThat(loaded.uid()).isEqualTo(trained.uid());
                            for (Row near : loaded.findSynonyms(word, 10).collectAsList()) {
                                assertThat(group).contains(near.getString(0));
                                assertThat(near.getDouble(1)).isBetween(0.5, 1.0);
                            }
                            assertThatThrownBy(() -> loaded.findSynonyms("elephantine", 1))
                                    .hasMessageContaining("elephantine");
                            return loaded.transform(column(spark, asked)).collectAsList().stream()
                                    .map(row -> (Vector) row.getAs("mean"))
                                    .toList();
                        });

        try (InputStage stage = InputStage.load(Path.of(model))) {
            assertThat(stage.trainedTokens().orElseThrow().cardinality())
                    .isEqualTo((int) Stream.of(expected).filter(row -> row != null).count());
            for (int i = 0; i < asked.size(); i++) {
                float[] same =
                        asked.get(i).isEmpty()
                                ? new float[WIDTH]
                                : stage.vectors(List.of(asked.get(i)), VectorOptions.mean())[0];
                for (int k = 0; k < WIDTH; k++) {
                    assertThat(vectors.get(i).apply(k)).isCloseTo(same[k], within(1e-6));
                }
            }
        }
        assertThat(Files.readString(Path.of(model, "provenance.json")))
                .contains("skipgram on spark", "\"parts\": \"4\"");
    }

    @Test
    void whatCannotBeTrainedIsRefused() throws Exception {
        List<@Nullable String> withNull = new ArrayList<>(texts);
        withNull.add(3, null);
        checkOnSpark(
                spark -> {
                    assertThatThrownBy(() -> estimator().fit(column(spark, withNull)))
                            .rootCause()
                            .hasMessageContaining("expected a text, found null in row");
                    assertThat(
                                    rows(
                                            estimator()
                                                    .setHandleInvalid("skip")
                                                    .fit(column(spark, withNull))))
                            .isDeepEqualTo(expected);
                    Dataset<Row> notUtf8 =
                            spark.sql("select cast(unhex('6162ff') as string) as text");
                    assertThatThrownBy(() -> estimator().fit(column(spark, texts).union(notUtf8)))
                            .rootCause()
                            .hasMessageContaining("expected UTF-8, found byte 0xff at 2 in row");
                    SkipGramModel skipping =
                            estimator()
                                    .setHandleInvalid("skip")
                                    .fit(column(spark, texts).union(notUtf8));
                    assertThat(rows(skipping)).isDeepEqualTo(expected);
                    assertThat(skipping.transform(notUtf8).count()).isZero();
                    SkipGramModel strict = estimator().fit(column(spark, texts));
                    assertThatThrownBy(() -> strict.transform(notUtf8).collectAsList())
                            .rootCause()
                            .hasMessageContaining("expected UTF-8, found byte 0xff at 2 in");
                    assertThatThrownBy(() -> estimator().fit(column(spark, List.of("a", "b"))))
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessageContaining("two neighbouring tokens");
                    assertThatThrownBy(
                                    () -> estimator().setInputCol("no").fit(column(spark, texts)))
                            .hasMessageContaining("inputCol: expected one of text, found no");
                    assertThatThrownBy(() -> estimator().setNumParts(0))
                            .isInstanceOf(IllegalArgumentException.class);
                });
    }

    @Test
    void anEstimatorIsSavedWithItsParams() throws Exception {
        String saved = folder.resolve("estimator").toString();
        checkOnSpark(
                spark -> {
                    estimator().setStepSize(0.07).save(saved);
                    SkipGramEstimator loaded = SkipGramEstimator.load(saved);
                    assertThat(loaded.options()).isEqualTo(estimator().setStepSize(0.07).options());
                });
    }
}
