package io.forestage.spark;

import io.forestage.corpus.EmbeddedText;
import io.forestage.support.Utf8;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.connector.catalog.functions.ScalarFunction;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.jspecify.annotations.Nullable;

/** SQL's {@code forestage_embed(text)}: an array of float32, one text at a time. */
final class EmbedFunction implements ScalarFunction<@Nullable ArrayData> {

    private static final long serialVersionUID = 1;

    private final EmbedPlan plan;

    /** Each task has a copy of the function of its own. */
    private transient @Nullable EmbedTask task;

    private transient long read;

    EmbedFunction(EmbedPlan plan) {
        this.plan = plan;
    }

    @Override
    public DataType[] inputTypes() {
        return new DataType[] {DataTypes.StringType};
    }

    @Override
    public DataType resultType() {
        return DataTypes.createArrayType(DataTypes.FloatType, false);
    }

    @Override
    public String name() {
        return ForestageExtensions.FUNCTION;
    }

    /**
     * Embeds a row's text.
     *
     * @return its vector, (D); null for a null text, and for one that cannot be embedded if such
     *     rows are kept
     * @throws IllegalArgumentException if the text cannot be embedded
     */
    @Override
    public @Nullable ArrayData produceResult(InternalRow input) {
        long row = read++;
        if (input.isNullAt(0)) {
            return null;
        }
        byte[] bytes = input.getUTF8String(0).getBytes();
        String problem;
        try {
            EmbeddedText text = embed(Utf8.decode(bytes));
            problem = text.problem();
            if (problem == null) {
                return UnsafeArrayData.fromPrimitiveArray(text.vectors());
            }
        } catch (IllegalArgumentException notUtf8) {
            problem = notUtf8.getMessage();
        }
        if (plan.invalid() == InvalidTexts.KEEP) {
            return null;
        }
        throw new IllegalArgumentException(
                "%s: %s: %s; correct the row, or set %shandleInvalid to keep"
                        .formatted(
                                name(),
                                EmbedTask.row(row, bytes),
                                problem,
                                ForestageExtensions.SETTINGS));
    }

    private EmbeddedText embed(String text) {
        if (TaskContext.get() == null) { // Spark computes a constant on the driver.
            try (EmbedTask once = EmbedTask.start(plan)) {
                return once.embed(List.of(text)).get(0);
            }
        }
        if (task == null) {
            task = EmbedTask.start(plan);
        }
        return task.embed(List.of(text)).get(0);
    }
}
