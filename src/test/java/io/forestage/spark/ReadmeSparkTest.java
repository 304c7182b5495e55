package io.forestage.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.forestage.InputStage;
import io.forestage.spark.skipgram.SkipGramEstimator;
import io.forestage.spark.skipgram.SkipGramModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java of Spark's pages, as it stands there; ReadmeExamplesTest compares them. */
@Tag("spark")
class ReadmeSparkTest {

    private static final int LINES = 200;

    private static SparkSession spark;

    @TempDir Path temporary;

    private String folder = "";

    @BeforeAll
    static void start() {
        spark =
                SparkSession.builder()
                        .master("local[2]")
                        .config("spark.ui.enabled", "false")
                        .config("spark.driver.host", "127.0.0.1")
                        .config("spark.driver.bindAddress", "127.0.0.1")
                        .config("spark.sql.shuffle.partitions", "2")
                        .getOrCreate();
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    @BeforeEach
    void write() throws IOException {
        folder = temporary.toString();
        List<String> lines = List.of("the king and the queen of a land", "a ship sails the sea");
        Files.write(
                temporary.resolve("texts.txt"),
                Collections.nCopies(LINES / 2, lines).stream().flatMap(List::stream).toList());
    }

    @Test
    void aPipelineEmbedsAndClassifies() throws Exception {
        Dataset<Row> labelled =
                spark.read()
                        .text(folder)
                        .withColumnRenamed("value", "text")
                        .withColumn("label", functions.col("text").contains("king").cast("double"));
        Dataset<Row> texts =
                spark.read().text(folder + "/*.txt").withColumnRenamed("value", "text");
        TextEmbedder embedder =
                new TextEmbedder()
                        .setModel("models/nano")
                        .setInputCol("text")
                        .setOutputCol("vector");
        PipelineStage[] stages = {embedder, new LogisticRegression().setFeaturesCol("vector")};
        PipelineModel model =
                new Pipeline().setStages(stages).fit(labelled); // texts with a column label
        model.transform(texts)
                .select("text", "prediction")
                .write()
                .parquet(folder + "/predictions");
        for (Row row : spark.read().parquet(folder + "/predictions").collectAsList()) {
            assertThat(row.getDouble(1)).isEqualTo(row.getString(0).contains("king") ? 1.0 : 0.0);
        }
    }

    @Test
    void skipGramTrainsAndIsSaved() throws Exception {
        Dataset<Row> texts =
                spark.read()
                        .text(folder + "/*.txt")
                        .withColumnRenamed("value", "text"); // or hdfs:///corpus
        SkipGramModel model =
                new SkipGramEstimator()
                        .setVectorSize(128)
                        .setNumParts(8)
                        .setCheckpointDir(folder + "/checkpoints")
                        .fit(texts);
        model.findSynonyms("queen", 10).show();
        model.saveAsModelFolder(
                folder + "/model"); // for InputStage.load, TextEmbedder and scripts/forestage
        try (InputStage stage = InputStage.load(temporary.resolve("model"))) {
            assertThat(stage.config().nEmbd()).isEqualTo(128);
        }
    }
}
