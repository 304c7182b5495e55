package io.forestage.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forestage.Embeddings;
import io.forestage.InputStage;
import io.forestage.Pooling;
import io.forestage.VectorOptions;
import io.forestage.tokens.OnTooLong;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.launcher.JavaModuleOptions;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stage and the function in a Spark of two threads; scripts/check-spark has real clusters. */
@Tag("spark")
class TextEmbedderTest {

    private static final String MODEL = "models/nano";
    private static final int ROWS = 700;
    private static final String LONG = "king ".repeat(2000);

    private static SparkSession spark;
    private static InputStage stage;

    @TempDir Path temporary;

    @BeforeAll
    static void start() throws IOException {
        spark =
                SparkSession.builder()
                        .master("local[2]")
                        .config("spark.ui.enabled", "false")
                        .config("spark.driver.host", "127.0.0.1")
                        .config("spark.driver.bindAddress", "127.0.0.1")
                        .config("spark.sql.shuffle.partitions", "2")
                        .config("spark.sql.extensions", ForestageExtensions.class.getName())
                        .config("spark.hadoop.fs.shelf.impl", Shelf.class.getName())
                        .getOrCreate();
        stage = InputStage.load(Path.of(MODEL));
    }

    @AfterAll
    static void stop() {
        stage.close();
        spark.stop();
    }

    private static TextEmbedder embedder() {
        return new TextEmbedder().setModel(MODEL).setOutputCol("vector");
    }

    private static Dataset<Row> texts(List<String> texts) {
        return spark.createDataset(
                IntStream.range(0, texts.size())
                        .mapToObj(i -> RowFactory.create(i, texts.get(i)))
                        .toList(),
                Encoders.row(
                        new StructType()
                                .add("id", DataTypes.IntegerType)
                                .add("text", DataTypes.StringType)));
    }

    private static List<String> manyTexts() {
        return IntStream.range(0, ROWS)
                .mapToObj(i -> i % 97 == 5 ? "" : "text " + "of a king ".repeat(i % 13) + i)
                .toList();
    }

    private static double[] wide(float[] values) {
        return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
    }

    /** Compared as bits: double's equality would take -0.0 for 0.0. */
    private static void assertVectors(
            Dataset<Row> found, List<String> texts, VectorOptions options) {
        float[][] expected = stage.vectors(texts, options);
        List<Row> rows = found.orderBy("id").collectAsList();
        assertThat(rows).hasSize(expected.length);
        for (int i = 0; i < expected.length; i++) {
            assertThat(rows.get(i).getInt(0)).isEqualTo(i);
            assertThat(rows.get(i).<Vector>getAs("vector").toArray())
                    .as("row %d", i)
                    .usingComparator(
                            (one, other) ->
                                    Arrays.compare(
                                            Arrays.stream(one)
                                                    .mapToLong(Double::doubleToRawLongBits)
                                                    .toArray(),
                                            Arrays.stream(other)
                                                    .mapToLong(Double::doubleToRawLongBits)
                                                    .toArray()))
                    .isEqualTo(wide(expected[i]));
        }
    }

    @Test
    void theVectorsAreTheStagesBitsInAnyPartitions() {
        Dataset<Row> many = texts(manyTexts());

        assertVectors(embedder().transform(many.repartition(5)), manyTexts(), VectorOptions.mean());
        assertVectors(
                embedder().setPooling("last").setNormalize(true).transform(many.coalesce(1)),
                manyTexts(),
                VectorOptions.mean().withPooling(Pooling.LAST).withNormalize(true));
        assertVectors(
                embedder()
                        .setOnTooLong("windows")
                        .setWindowLength(100)
                        .setWindowStride(60)
                        .transform(texts(List.of(LONG))),
                List.of(LONG),
                VectorOptions.mean().withOnTooLong(OnTooLong.windows(100, 60)));
        assertThat(SharedStage.openStages(Path.of(MODEL).toAbsolutePath())).isEqualTo(1);
    }

    @Test
    void everyTokenHasItsVectorAndItsId() {
        List<String> texts = List.of("the king", "", "a");

        Dataset<Row> found = embedder().setPooling("none").setIdsCol("ids").transform(texts(texts));

        List<Row> rows = found.orderBy("id").collectAsList();
        for (int i = 0; i < texts.size(); i++) {
            List<Float> values = new ArrayList<>();
            for (Object token : rows.get(i).getList(2)) {
                scala.collection.Iterator<?> each =
                        ((scala.collection.Iterable<?>) token).iterator();
                while (each.hasNext()) {
                    values.add((Float) each.next());
                }
            }
            long[] ids = stage.tokenizer().encode(texts.get(i)).ids();
            assertThat(rows.get(i).<Long>getList(3))
                    .containsExactlyElementsOf(Arrays.stream(ids).boxed().toList());
            if (ids.length == 0) {
                assertThat(values).isEmpty();
            } else {
                try (Embeddings expected = stage.embed(texts.get(i))) {
                    float[] flat = expected.embeddings().toFloatArray();
                    assertThat(values)
                            .containsExactlyElementsOf(
                                    IntStream.range(0, flat.length)
                                            .mapToObj(k -> flat[k])
                                            .toList());
                }
            }
        }
    }

    @Test
    void idsAloneAreCutAsTheTextsAre() {
        Dataset<Row> found =
                new TextEmbedder()
                        .setModel(MODEL)
                        .setIdsCol("ids")
                        .setOnTooLong("truncate")
                        .transform(texts(List.of("the king", LONG)));

        assertThat(found.columns()).containsExactly("id", "text", "ids");
        List<Row> rows = found.orderBy("id").collectAsList();
        assertThat(rows.get(0).<Long>getList(2)).containsExactly(1169L, 5822L);
        assertThat(rows.get(1).getList(2)).hasSize(stage.batchOptions().maxLength());
    }

    @Test
    void aPipelineWithSparksClassifierIsSavedAndLoaded() throws IOException {
        List<Row> labelled = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            labelled.add(RowFactory.create(i, "the king and queen of the land " + i, 1.0));
            labelled.add(RowFactory.create(i, "bread, butter and a cup of tea " + i, 0.0));
        }
        Dataset<Row> rows =
                spark.createDataset(
                        labelled,
                        Encoders.row(
                                new StructType()
                                        .add("id", DataTypes.IntegerType)
                                        .add("text", DataTypes.StringType)
                                        .add("label", DataTypes.DoubleType)));
        PipelineModel model =
                new Pipeline()
                        .setStages(
                                new PipelineStage[] {
                                    embedder().setNormalize(true),
                                    new LogisticRegression().setFeaturesCol("vector").setMaxIter(10)
                                })
                        .fit(rows);
        String place = temporary.resolve("pipeline").toString();

        model.write().save(place);
        Dataset<Row> found = PipelineModel.load(place).transform(rows);

        assertThat(found.filter("prediction = label").count()).isEqualTo(80);
        assertThat(found.select("probability").collectAsList())
                .isEqualTo(model.transform(rows).select("probability").collectAsList());
    }

    @Test
    void theSchemaIsKnownBeforeAndKeepsWhatColumnsHave() {
        Metadata metadata = new MetadataBuilder().putString("language", "en").build();
        Dataset<Row> rows =
                texts(List.of("king"))
                        .withColumn("a.b", functions.lit(1))
                        .withMetadata("text", metadata);
        TextEmbedder embedder = embedder().setIdsCol("ids");

        assertThat(embedder.transform(rows).schema())
                .isEqualTo(embedder.transformSchema(rows.schema()));
        assertThat(embedder.transform(rows).schema().apply("text").metadata()).isEqualTo(metadata);
    }

    /** A null, bytes that are no UTF-8, a text of too many tokens. */
    private static Dataset<Row> badTexts() {
        return texts(Arrays.asList("king", null, "bytes", LONG, "queen"))
                .withColumn("text", functions.expr("if(id = 2, cast(X'61EDA080' as string), text)"))
                .coalesce(1);
    }

    @Test
    void badRowsAreKeptWithTheirProblems() {
        List<Row> rows =
                embedder()
                        .setHandleInvalid("keep")
                        .setErrorCol("problem")
                        .transform(badTexts())
                        .withColumn("bytes", functions.expr("hex(cast(text as binary))"))
                        .orderBy("id")
                        .collectAsList();

        assertThat(rows)
                .extracting(row -> row.isNullAt(2))
                .containsExactly(false, true, true, true, false);
        assertThat(rows)
                .extracting(row -> row.getString(3))
                .containsExactly(
                        null,
                        "expected a text, found null",
                        "expected UTF-8, found byte 0xed at 1, of a lone surrogate",
                        "expected at most %d tokens, found 4000; shorten it, or have long texts cut or read in windows"
                                .formatted(stage.batchOptions().maxLength())
                                .replace("4000", "" + stage.tokenizer().encode(LONG).ids().length),
                        null);
        assertThat(rows.get(2).getString(4)).isEqualTo("61EDA080");
    }

    @Test
    void badRowsAreLeftOutOrEndTheJobByName() {
        Dataset<Row> left = embedder().setHandleInvalid("skip").transform(badTexts());

        assertThat(left.select("id").collectAsList())
                .extracting(row -> row.getInt(0))
                .containsExactlyInAnyOrder(0, 4);
        assertThatThrownBy(() -> embedder().transform(badTexts().filter("id <> 1")).collectAsList())
                .hasStackTraceContaining("row 1 of partition 0 (stage ")
                .hasStackTraceContaining("\"a\uFFFD\": ")
                .hasStackTraceContaining("expected UTF-8, found byte 0xed at 1")
                .hasStackTraceContaining("set handleInvalid to skip or keep");
    }

    @Test
    void paramsThatDoNotFitAreRefusedOnTheDriver() {
        Dataset<Row> rows = texts(List.of("king"));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TextEmbedder().setModel(MODEL).transform(rows))
                .withMessageContaining("expected outputCol for vectors");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TextEmbedder().setOutputCol("v").transform(rows))
                .withMessageContaining("call setModel");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> embedder().setInputCol("id").transform(rows))
                .withMessage("inputCol id: expected a column of strings, found int");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> embedder().setOutputCol("id").transform(rows))
                .withMessageContaining("found id already there");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> embedder().setErrorCol("e").transform(rows))
                .withMessage("errorCol: expected handleInvalid keep with it, found error");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> embedder().setWindowLength(5).transform(rows))
                .withMessageContaining("expected onTooLong windows with them, found reject");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                embedder()
                                        .setOnTooLong("windows")
                                        .setWindowLength(5000)
                                        .transform(rows))
                .withMessageContaining("windowLength: expected at most the model's");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> embedder().setModel("nowhere").transform(rows))
                .withMessageContaining("\"nowhere\", on the driver")
                .withMessageContaining("found nothing there");
        assertThatThrownBy(() -> embedder().setPooling("max"))
                .hasMessageContaining("parameter pooling given invalid value max");
    }

    private Path copyOfTheModel(String name) throws IOException {
        Path copy = Files.createDirectory(temporary.resolve(name));
        try (Stream<Path> files = Files.list(Path.of(MODEL))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, copy.resolve(Objects.requireNonNull(file.getFileName())));
            }
        }
        return copy;
    }

    @Test
    void anotherModelOnAnExecutorIsRefused() throws IOException {
        Path copy = copyOfTheModel("copy");
        Dataset<Row> planned =
                embedder().setModel(copy.toString()).transform(texts(List.of("king")));
        Path weights = copy.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        bytes[bytes.length - 5] ^= 1;
        Files.delete(weights);
        Files.write(weights, bytes);

        assertThatThrownBy(planned::collectAsList)
                .hasStackTraceContaining("on executor driver at ")
                .hasStackTraceContaining(copy + ", wte.weight: expected SHA-256 ")
                .hasStackTraceContaining("copy the driver's model there again");
    }

    @Test
    void aModelOfAHadoopFileSystemIsCopiedOnceToAMachine() throws IOException {
        Path shelf = copyOfTheModel("shelf");
        Path cache = temporary.resolve("cache");
        spark.sparkContext().conf().set("spark.forestage.modelCache", cache.toString());
        Shelf.OPENED.set(0);
        try {
            TextEmbedder embedder = embedder().setModel("shelf://" + shelf);
            assertVectors(
                    embedder.transform(texts(manyTexts()).repartition(4)),
                    manyTexts(),
                    VectorOptions.mean());
            assertVectors(
                    embedder.transform(texts(List.of("king"))),
                    List.of("king"),
                    VectorOptions.mean());
        } finally {
            spark.sparkContext().conf().remove("spark.forestage.modelCache");
        }

        try (Stream<Path> files = Files.list(shelf);
                Stream<Path> copies = Files.list(cache)) {
            assertThat(Shelf.OPENED.get()).isEqualTo((int) files.count());
            assertThat(copies).hasSize(1);
        }
    }

    @Test
    void sqlEmbedsATextAtATime() {
        spark.conf().set("spark.forestage.model", MODEL);
        try {
            texts(manyTexts()).repartition(3).createOrReplaceTempView("texts");
            List<Row> rows =
                    spark.sql("select id, forestage_embed(text) as v from texts order by id")
                            .collectAsList();
            float[][] expected = stage.vectors(manyTexts(), VectorOptions.mean());
            for (int i = 0; i < ROWS; i++) {
                List<Float> found = rows.get(i).getList(1);
                float[] vector = expected[i];
                assertThat(found)
                        .as("row %d", i)
                        .containsExactlyElementsOf(
                                IntStream.range(0, vector.length)
                                        .mapToObj(k -> vector[k])
                                        .toList());
            }
            assertThat(spark.sql("select forestage_embed(null)").head().isNullAt(0)).isTrue();
            assertThat(spark.sql("select forestage_embed('king')").head().getList(0)).hasSize(128);
            assertThatThrownBy(
                            () ->
                                    spark.sql("select forestage_embed(cast(X'FF' as string))")
                                            .collectAsList())
                    .hasStackTraceContaining("expected UTF-8, found byte 0xff at 0");
            spark.conf().set("spark.forestage.handleInvalid", "keep");
            assertThat(
                            spark.sql("select forestage_embed(cast(X'FF' as string))")
                                    .head()
                                    .isNullAt(0))
                    .isTrue();
        } finally {
            spark.conf().unset("spark.forestage.model");
            spark.conf().unset("spark.forestage.handleInvalid");
        }
        assertThatThrownBy(() -> spark.sql("select forestage_embed('king')").collectAsList())
                .hasStackTraceContaining("spark.forestage.model: expected a path");
    }

    /** pom.xml has them as a text; Spark knows which it needs. */
    @Test
    void theseTestsRunWithSparksOwnFlags() {
        assertThat(ManagementFactory.getRuntimeMXBean().getInputArguments())
                .containsAll(
                        Arrays.stream(JavaModuleOptions.defaultModuleOptionArray())
                                .filter(flag -> !flag.startsWith("-XX"))
                                .toList());
    }
}
