package io.forestage.spark;

import java.io.Serializable;
import org.apache.spark.sql.SparkSession;

/**
 * What a task does: all that travels from the driver.
 *
 * @param source the model
 * @param options how a text becomes vectors
 * @param invalid what becomes of a row whose text cannot be embedded
 * @param input the index of the column of texts, as bytes
 * @param hasVectors whether a column of vectors is added
 * @param hasIds whether a column of ids is added behind it
 * @param hasProblems whether a column of problems is added behind both
 */
record EmbedPlan(
        ModelSource source,
        EmbedOptions options,
        InvalidTexts invalid,
        int input,
        boolean hasVectors,
        boolean hasIds,
        boolean hasProblems)
        implements Serializable {

    private static final long serialVersionUID = 1;

    /**
     * Makes the plan of a stage, on the driver.
     *
     * @param input the index of the column of texts
     * @throws IllegalArgumentException if the params do not fit together or to the model, or there
     *     is no model
     */
    static EmbedPlan of(EmbedderParams params, SparkSession spark, int input) {
        String model = params.valueOf(params.model());
        if (model == null) {
            throw new IllegalArgumentException(
                    "model: expected a path, spark-files:NAME or a URI, found none; call setModel");
        }
        EmbedColumns columns = EmbedColumns.of(params);
        ModelSource source = ModelSource.of(spark, model);
        EmbedOptions options = params.options();
        options.of(source.positions()); // Fails here, not in each task.
        return new EmbedPlan(
                source,
                options,
                params.invalidTexts(),
                input,
                columns.vectors() != null,
                columns.ids() != null,
                columns.problems() != null);
    }
}
