package io.forestage.spark.skipgram;

import io.forestage.training.skipgram.SkipGramOptions;
import java.util.List;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.Params;
import org.jspecify.annotations.Nullable;

/** The params of {@link SkipGramEstimator}. Spark finds them by the public methods. */
abstract class SkipGramParams extends Estimator<SkipGramModel> {

    private static final long serialVersionUID = 1;

    static final String ERROR = "error";

    /** Tasks at once. More parts move more rows: a small corpus does not pay for them. */
    private static final int PARTS = 8;

    private static final int STEPS_PER_EPOCH = 4;

    private final String uid;
    private final Param<String> inputCol;
    private final Param<String> outputCol;
    private final Param<String> handleInvalid;
    private final Param<String> checkpointDir;
    private final IntParam vectorSize;
    private final IntParam windowSize;
    private final IntParam negative;
    private final IntParam maxIter;
    private final IntParam minCount;
    private final IntParam numParts;
    private final IntParam stepsPerEpoch;
    private final DoubleParam stepSize;
    private final DoubleParam sample;
    private final LongParam seed;

    // The params read the uid, which is set.
    @SuppressWarnings("this-escape")
    SkipGramParams(String uid) {
        this.uid = uid;
        inputCol = new Param<>(this, "inputCol", "the column of texts");
        outputCol = new Param<>(this, "outputCol", "the model's column of vectors");
        handleInvalid = handleInvalid(this);
        checkpointDir = new Param<>(this, "checkpointDir", "where each step's tables are kept");
        vectorSize = atLeastOne("vectorSize", "the values of a vector");
        windowSize = atLeastOne("windowSize", "the farthest context on either side");
        negative = atLeastOne("negative", "negatives for each context");
        maxIter = atLeastOne("maxIter", "passes over the texts");
        minCount = atLeastOne("minCount", "rarer tokens are left out");
        numParts = atLeastOne("numParts", "parts of the vocabulary: the most tasks at once");
        stepsPerEpoch = atLeastOne("stepsPerEpoch", "new partitions in a pass over the texts");
        stepSize = new DoubleParam(this, "stepSize", "the initial learning rate");
        sample = new DoubleParam(this, "sample", "the share above which tokens are subsampled");
        seed = new LongParam(this, "seed", "of all random numbers");
        setDefaults(SkipGramOptions.defaults());
    }

    private void setDefaults(SkipGramOptions options) {
        setDefault(inputCol, "text");
        setDefault(outputCol, "vector");
        setDefault(handleInvalid, ERROR);
        setDefault(vectorSize, options.dimension());
        setDefault(windowSize, options.window());
        setDefault(negative, options.negatives());
        setDefault(maxIter, options.epochs());
        setDefault(minCount, options.minCount());
        setDefault(numParts, PARTS);
        setDefault(stepsPerEpoch, STEPS_PER_EPOCH);
        setDefault(stepSize, options.learningRate());
        setDefault(sample, options.sample());
        setDefault(seed, options.seed());
    }

    static Param<String> handleInvalid(Params parent) {
        List<String> allowed = List.of(ERROR, "skip");
        return new Param<>(
                parent,
                "handleInvalid",
                "rows that are null: " + String.join(" or ", allowed),
                ParamValidators.inArray(allowed));
    }

    private IntParam atLeastOne(String name, String doc) {
        return new IntParam(this, name, doc, ParamValidators.gtEq(1));
    }

    @Override
    public String uid() {
        return uid;
    }

    public Param<String> inputCol() {
        return inputCol;
    }

    public Param<String> outputCol() {
        return outputCol;
    }

    public Param<String> handleInvalid() {
        return handleInvalid;
    }

    public Param<String> checkpointDir() {
        return checkpointDir;
    }

    public IntParam vectorSize() {
        return vectorSize;
    }

    public IntParam windowSize() {
        return windowSize;
    }

    public IntParam negative() {
        return negative;
    }

    public IntParam maxIter() {
        return maxIter;
    }

    public IntParam minCount() {
        return minCount;
    }

    public IntParam numParts() {
        return numParts;
    }

    public IntParam stepsPerEpoch() {
        return stepsPerEpoch;
    }

    public DoubleParam stepSize() {
        return stepSize;
    }

    public DoubleParam sample() {
        return sample;
    }

    public LongParam seed() {
        return seed;
    }

    /**
     * Returns what is trained.
     *
     * @throws IllegalArgumentException if a value is out of its range
     */
    SkipGramOptions options() {
        return new SkipGramOptions(
                intOf(vectorSize),
                intOf(windowSize),
                intOf(negative),
                intOf(maxIter),
                (Double) getOrDefault(sample),
                (Double) getOrDefault(stepSize),
                intOf(minCount),
                (Long) getOrDefault(seed));
    }

    int intOf(IntParam param) {
        return (Integer) getOrDefault(param);
    }

    @Nullable String checkpoints() {
        return isDefined(checkpointDir) ? getOrDefault(checkpointDir) : null;
    }
}
