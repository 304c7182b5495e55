package io.forestage.spark;

import io.forestage.Pooling;
import io.forestage.tokens.OnTooLong;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.jspecify.annotations.Nullable;

/** The params of {@link TextEmbedder}. Spark finds them by the public methods that return one. */
abstract class EmbedderParams extends Transformer {

    private static final long serialVersionUID = 1;

    private final String uid;
    private final Param<String> model;
    private final Param<String> inputCol;
    private final Param<String> outputCol;
    private final Param<String> idsCol;
    private final Param<String> errorCol;
    private final Param<String> pooling;
    private final BooleanParam normalize;
    private final Param<String> onTooLong;
    private final IntParam windowLength;
    private final IntParam windowStride;
    private final Param<String> handleInvalid;

    // The params read the uid, which is set.
    @SuppressWarnings("this-escape")
    EmbedderParams(String uid) {
        this.uid = uid;
        model = new Param<>(this, "model", "a folder, spark-files:NAME, or a URI");
        inputCol = new Param<>(this, "inputCol", "the column of texts");
        outputCol = new Param<>(this, "outputCol", "the column of vectors");
        idsCol = new Param<>(this, "idsCol", "the column of token ids");
        errorCol = new Param<>(this, "errorCol", "with keep: the column of what is wrong");
        pooling = choice("pooling", "one vector a text, or one a token", names(Pooling.values()));
        normalize = new BooleanParam(this, "normalize", "whether vectors have length 1");
        onTooLong =
                choice("onTooLong", "more tokens than positions", names(OnTooLong.Kind.values()));
        windowLength = atLeastOne("windowLength", "the tokens of a window");
        windowStride = atLeastOne("windowStride", "the tokens from a window's start to the next");
        handleInvalid = choice("handleInvalid", "texts not embedded", names(InvalidTexts.values()));
        setDefault(inputCol, "text");
        setDefault(pooling, "mean");
        setDefault(normalize, false);
        setDefault(onTooLong, "reject");
        setDefault(handleInvalid, "error");
    }

    private Param<String> choice(String name, String doc, List<String> allowed) {
        return new Param<>(
                this,
                name,
                doc + ": " + String.join(", ", allowed),
                ParamValidators.inArray(allowed));
    }

    private IntParam atLeastOne(String name, String doc) {
        return new IntParam(this, name, doc, ParamValidators.gtEq(1));
    }

    private static List<String> names(Enum<?>... values) {
        return Arrays.stream(values).map(each -> each.name().toLowerCase(Locale.ROOT)).toList();
    }

    @Override
    public String uid() {
        return uid;
    }

    public Param<String> model() {
        return model;
    }

    public Param<String> inputCol() {
        return inputCol;
    }

    public Param<String> outputCol() {
        return outputCol;
    }

    public Param<String> idsCol() {
        return idsCol;
    }

    public Param<String> errorCol() {
        return errorCol;
    }

    public Param<String> pooling() {
        return pooling;
    }

    public BooleanParam normalize() {
        return normalize;
    }

    public Param<String> onTooLong() {
        return onTooLong;
    }

    public IntParam windowLength() {
        return windowLength;
    }

    public IntParam windowStride() {
        return windowStride;
    }

    public Param<String> handleInvalid() {
        return handleInvalid;
    }

    /** Returns a param's value, or null if it has none. */
    <T> @Nullable T valueOf(Param<T> param) {
        return isDefined(param) ? getOrDefault(param) : null;
    }

    InvalidTexts invalidTexts() {
        return InvalidTexts.valueOf(getOrDefault(handleInvalid).toUpperCase(Locale.ROOT));
    }

    EmbedOptions options() {
        return new EmbedOptions(
                Pooling.valueOf(getOrDefault(pooling).toUpperCase(Locale.ROOT)),
                Boolean.TRUE.equals(getOrDefault(normalize)),
                OnTooLong.Kind.valueOf(getOrDefault(onTooLong).toUpperCase(Locale.ROOT)),
                (Integer) valueOf(windowLength),
                (Integer) valueOf(windowStride));
    }
}
