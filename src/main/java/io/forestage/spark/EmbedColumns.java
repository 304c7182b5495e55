package io.forestage.spark;

import io.forestage.Pooling;
import io.forestage.spark.column.TextColumn;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a stage.
 *
 * @param input the column of texts
 * @param vectors the column of vectors, or null for none
 * @param ids the column of ids, or null for none
 * @param problems the column of problems, or null for none
 * @param vectorType the type of a text's vectors
 */
record EmbedColumns(
        String input,
        @Nullable String vectors,
        @Nullable String ids,
        @Nullable String problems,
        DataType vectorType) {

    /**
     * Returns the columns that a stage's params name.
     *
     * @throws IllegalArgumentException if the params do not fit together
     */
    static EmbedColumns of(EmbedderParams params) {
        EmbedColumns columns =
                new EmbedColumns(
                        params.getOrDefault(params.inputCol()),
                        params.valueOf(params.outputCol()),
                        params.valueOf(params.idsCol()),
                        params.valueOf(params.errorCol()),
                        params.options().pooling() == Pooling.NONE
                                ? arrayOf(arrayOf(DataTypes.FloatType))
                                : SQLDataTypes.VectorType());
        if (columns.vectors == null && columns.ids == null) {
            throw new IllegalArgumentException(
                    "expected outputCol for vectors, idsCol for token ids, or both, found neither");
        }
        if (columns.problems != null && params.invalidTexts() != InvalidTexts.KEEP) {
            throw new IllegalArgumentException(
                    "errorCol: expected handleInvalid keep with it, found "
                            + params.getOrDefault(params.handleInvalid()));
        }
        return columns;
    }

    /**
     * Adds the columns.
     *
     * @throws IllegalArgumentException if there is no column of texts, or a name is taken
     */
    StructType addTo(StructType schema) {
        return TextColumn.add(schema, input, "outputCol, idsCol and errorCol", added());
    }

    private List<StructField> added() {
        List<StructField> added = new ArrayList<>();
        if (vectors != null) {
            added.add(DataTypes.createStructField(vectors, vectorType, true));
        }
        if (ids != null) {
            added.add(DataTypes.createStructField(ids, arrayOf(DataTypes.LongType), true));
        }
        if (problems != null) {
            added.add(DataTypes.createStructField(problems, DataTypes.StringType, true));
        }
        return added;
    }

    private static DataType arrayOf(DataType element) {
        return DataTypes.createArrayType(element, false);
    }
}
