package io.forestage.spark;

import io.forestage.support.Quoted;
import java.util.List;
import org.apache.spark.sql.RuntimeConfig;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.expressions.ApplyFunctionExpression;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import org.jspecify.annotations.Nullable;
import scala.Function1;
import scala.Option;
import scala.Tuple3;
import scala.collection.Seq;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;

/**
 * Adds {@code forestage_embed(text)} to SQL: a text's vector, an array of float32. Spark makes it
 * for {@code spark.sql.extensions=io.forestage.spark.ForestageExtensions}.
 *
 * <p>The function's settings are those of a session: {@code spark.forestage.model}, {@code pooling}
 * ({@code mean} or {@code last}), {@code normalize}, {@code onTooLong}, {@code windowLength},
 * {@code windowStride}, and {@code handleInvalid} ({@code error}, or {@code keep} for null), as of
 * {@link TextEmbedder}. It embeds one text at a time: for many, {@link TextEmbedder} is faster.
 */
public final class ForestageExtensions
        extends AbstractFunction1<SparkSessionExtensions, BoxedUnit> {

    static final String FUNCTION = "forestage_embed";
    static final String SETTINGS = "spark.forestage.";

    /** Makes what Spark calls when a session starts. */
    public ForestageExtensions() {}

    /**
     * Adds the function to a session to be.
     *
     * @param session what the session will have
     * @return nothing
     */
    @Override
    public BoxedUnit apply(SparkSessionExtensions session) {
        session.injectFunction(
                new Tuple3<>(
                        new FunctionIdentifier(FUNCTION, Option.empty()),
                        new ExpressionInfo(EmbedFunction.class.getName(), FUNCTION),
                        seqOfAnyScala(ForestageExtensions::call)));
        return BoxedUnit.UNIT;
    }

    /**
     * Scala 2.12's Seq is this one; that of 2.13, by which Spark's signature is compiled, is one.
     */
    @SuppressWarnings({"unchecked", "rawtypes"})
    private static Function1<scala.collection.immutable.Seq<Expression>, Expression> seqOfAnyScala(
            Function1<Seq<Expression>, Expression> call) {
        return (Function1) call;
    }

    private static Expression call(Seq<Expression> arguments) {
        if (arguments.size() != 1) {
            throw new IllegalArgumentException(
                    "%s: expected one argument, a text, found %d"
                            .formatted(FUNCTION, arguments.size()));
        }
        SparkSession spark = SparkSession.active();
        EmbedPlan plan = EmbedPlan.of(settings(spark.conf()), spark, 0);
        try {
            // By its only constructor: its descriptor has a Seq of Scala 2.12 or of 2.13.
            return (Expression)
                    ApplyFunctionExpression.class.getConstructors()[0].newInstance(
                            new EmbedFunction(plan), arguments);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(
                    "%s: expected ApplyFunctionExpression(function, arguments) in this Spark, found another"
                            .formatted(FUNCTION),
                    e);
        }
    }

    private static TextEmbedder settings(RuntimeConfig conf) {
        TextEmbedder embedder = new TextEmbedder().setOutputCol("vector");
        String model = setting(conf, "model");
        if (model == null) {
            throw new IllegalArgumentException(
                    "%smodel: expected a path, spark-files:NAME or a URI, found none; set it before %s is called"
                            .formatted(SETTINGS, FUNCTION));
        }
        embedder.setModel(model);
        String pooling = setting(conf, "pooling");
        if (pooling != null) {
            embedder.setPooling(requireOneOf("pooling", pooling, "mean", "last"));
        }
        String normalize = setting(conf, "normalize");
        if (normalize != null) {
            embedder.setNormalize(
                    Boolean.parseBoolean(requireOneOf("normalize", normalize, "true", "false")));
        }
        String onTooLong = setting(conf, "onTooLong");
        if (onTooLong != null) {
            embedder.setOnTooLong(onTooLong);
        }
        String length = setting(conf, "windowLength");
        if (length != null) {
            embedder.setWindowLength(number("windowLength", length));
        }
        String stride = setting(conf, "windowStride");
        if (stride != null) {
            embedder.setWindowStride(number("windowStride", stride));
        }
        String invalid = setting(conf, "handleInvalid");
        if (invalid != null) {
            embedder.setHandleInvalid(requireOneOf("handleInvalid", invalid, "error", "keep"));
        }
        return embedder;
    }

    private static @Nullable String setting(RuntimeConfig conf, String name) {
        Option<String> value = conf.getOption(SETTINGS + name);
        return value.isEmpty() ? null : value.get();
    }

    private static String requireOneOf(String name, String value, String... allowed) {
        if (!List.of(allowed).contains(value)) {
            throw new IllegalArgumentException(
                    "%s%s: expected %s, found %s"
                            .formatted(
                                    SETTINGS,
                                    name,
                                    String.join(" or ", allowed),
                                    Quoted.of(value)));
        }
        return value;
    }

    private static int number(String name, String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "%s%s: expected an integer, found %s"
                            .formatted(SETTINGS, name, Quoted.of(value)),
                    e);
        }
    }
}
