package io.forestage.spark.skipgram;

import io.forestage.training.skipgram.SkipGramOptions;
import io.forestage.training.skipgram.SkipGramPlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.StructType;

/**
 * Learns vectors of GPT-2's tokens from a column of texts by skip-gram with negative sampling, as
 * {@code forestage train skipgram} does on one machine. The texts stay on the executors; the rows
 * of the vocabulary's parts move between them.
 *
 * <p>The same texts, in any order and in any partitions, the same params and version of Forestage
 * make the same vectors, bit for bit, on any number of executors, also if some are lost.
 *
 * <p>A text is cut at blank lines; a window does not cross them. Texts that are null or not UTF-8
 * fail the job or, with handleInvalid "skip", are left out.
 *
 * <p>After each step, the tables are kept: in checkpointDir, a folder of a Hadoop file system, from
 * which a later call with the same texts and params resumes; without it in the driver's memory, 8 ·
 * D bytes for each trained token.
 */
public class SkipGramEstimator extends SkipGramParams implements DefaultParamsWritable {

    private static final long serialVersionUID = 1;

    /** Creates an estimator with the defaults. */
    public SkipGramEstimator() {
        this(Identifiable$.MODULE$.randomUID("skipGram"));
    }

    /**
     * Creates an estimator with the defaults.
     *
     * @param uid its name
     */
    public SkipGramEstimator(String uid) {
        super(uid);
    }

    /**
     * Sets the column of texts; "text" by default.
     *
     * @param value the name
     * @return this
     */
    public SkipGramEstimator setInputCol(String value) {
        set(inputCol(), value);
        return this;
    }

    /**
     * Sets the model's column of vectors; "vector" by default.
     *
     * @param value the name
     * @return this
     */
    public SkipGramEstimator setOutputCol(String value) {
        set(outputCol(), value);
        return this;
    }

    /**
     * Sets what becomes of texts that are null or not UTF-8; "error" by default.
     *
     * @param value error or skip
     * @return this
     */
    public SkipGramEstimator setHandleInvalid(String value) {
        set(handleInvalid(), value);
        return this;
    }

    /**
     * Sets the folder for checkpoints; none by default.
     *
     * @param value a URI of Hadoop's, such as hdfs://host/folder
     * @return this
     */
    public SkipGramEstimator setCheckpointDir(String value) {
        set(checkpointDir(), value);
        return this;
    }

    /**
     * Sets D, the values of a vector; 128 by default.
     *
     * @param value 1 to 65536
     * @return this
     */
    public SkipGramEstimator setVectorSize(int value) {
        set(vectorSize(), value);
        return this;
    }

    /**
     * Sets the farthest context on either side; 5 by default.
     *
     * @param value 1 to 1000
     * @return this
     */
    public SkipGramEstimator setWindowSize(int value) {
        set(windowSize(), value);
        return this;
    }

    /**
     * Sets the negatives for each context; 5 by default.
     *
     * @param value 1 to 1000
     * @return this
     */
    public SkipGramEstimator setNegative(int value) {
        set(negative(), value);
        return this;
    }

    /**
     * Sets the passes over the texts; 5 by default.
     *
     * @param value at least 1
     * @return this
     */
    public SkipGramEstimator setMaxIter(int value) {
        set(maxIter(), value);
        return this;
    }

    /**
     * Sets the least count; rarer tokens are left out of the texts. 5 by default.
     *
     * @param value at least 1
     * @return this
     */
    public SkipGramEstimator setMinCount(int value) {
        set(minCount(), value);
        return this;
    }

    /**
     * Sets P, the parts of the vocabulary: this many tasks run at once, in this many rounds a step;
     * 8 by default. A vocabulary of fewer than 64 tokens a part has fewer parts.
     *
     * @param value at least 1
     * @return this
     */
    public SkipGramEstimator setNumParts(int value) {
        set(numParts(), value);
        return this;
    }

    /**
     * Sets how often in a pass over the texts the vocabulary is partitioned anew; 4 by default.
     *
     * @param value at least 1
     * @return this
     */
    public SkipGramEstimator setStepsPerEpoch(int value) {
        set(stepsPerEpoch(), value);
        return this;
    }

    /**
     * Sets the initial learning rate; 0.025 by default.
     *
     * @param value above 0
     * @return this
     */
    public SkipGramEstimator setStepSize(double value) {
        set(stepSize(), value);
        return this;
    }

    /**
     * Sets the share of the texts above which a token is subsampled; 0.001 by default.
     *
     * @param value 0, which keeps all tokens, to 1
     * @return this
     */
    public SkipGramEstimator setSample(double value) {
        set(sample(), value);
        return this;
    }

    /**
     * Sets the seed of all random numbers; 1 by default.
     *
     * @param value the seed
     * @return this
     */
    public SkipGramEstimator setSeed(long value) {
        set(seed(), value);
        return this;
    }

    /**
     * Trains.
     *
     * @param dataset the texts
     * @return the trained vectors
     * @throws IllegalArgumentException if a param is out of its range, a text is null, or the texts
     *     have no pair to learn from
     * @throws IllegalStateException if the loss is not finite
     */
    @Override
    public SkipGramModel fit(Dataset<?> dataset) {
        SkipGramOptions options = options();
        transformSchema(dataset.schema());
        JavaSparkContext spark =
                JavaSparkContext.fromSparkContext(dataset.sparkSession().sparkContext());
        CorpusShards corpus =
                CorpusShards.of(
                        dataset,
                        new CorpusShards.Source(
                                getOrDefault(inputCol()),
                                !ERROR.equals(getOrDefault(handleInvalid())),
                                options.seed()),
                        intOf(stepsPerEpoch()),
                        intOf(numParts()));
        try {
            CorpusShards.Tally tally = corpus.tally();
            SkipGramPlan plan =
                    new SkipGramPlan(
                            options, tally.counts(), intOf(numParts()), intOf(stepsPerEpoch()));
            Map<String, String> identity = plan.identity(tally.checksum());
            String folder = checkpoints();
            StepStore store =
                    folder == null
                            ? new DriverStore(spark)
                            : FolderStore.open(spark, folder, identity);
            ClusterTraining training = new ClusterTraining(spark, plan, corpus);
            JavaRDD<PartRows> rows = training.run(store);
            SkipGramModel model =
                    new SkipGramModel(
                            uid(),
                            SkipGramTable.of(
                                    plan, rows, options.dimension(), provenance(plan, identity)));
            store.delete();
            return copyValues(model.setParent(this), ParamMap.empty());
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        } finally {
            corpus.close();
        }
    }

    private static Map<String, String> provenance(SkipGramPlan plan, Map<String, String> identity) {
        Map<String, String> provenance = new LinkedHashMap<>();
        String version = SkipGramEstimator.class.getPackage().getImplementationVersion();
        provenance.put("forestage", version == null ? "unpackaged" : version);
        provenance.put("java", Runtime.version().toString());
        provenance.put("spark", org.apache.spark.package$.MODULE$.SPARK_VERSION());
        provenance.put("task", "skipgram on spark");
        provenance.putAll(identity);
        provenance.putAll(plan.measures());
        return provenance;
    }

    @Override
    public StructType transformSchema(StructType schema) {
        return TextColumn.withVectors(schema, getOrDefault(inputCol()), getOrDefault(outputCol()));
    }

    @Override
    public SkipGramEstimator copy(ParamMap extra) {
        return defaultCopy(extra);
    }

    /**
     * Returns a reader of saved estimators.
     *
     * @return the reader
     */
    public static MLReader<SkipGramEstimator> read() {
        return new DefaultParamsReader<>();
    }

    /**
     * Loads a saved estimator.
     *
     * @param path where it was saved
     * @return the estimator
     * @throws IOException if it cannot be read
     */
    public static SkipGramEstimator load(String path) throws IOException {
        return read().load(path);
    }
}
