package io.forestage.spark.skipgram;

import java.util.Arrays;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;

/** The checks of a stage's columns. */
final class TextColumn {

    private TextColumn() {}

    /**
     * Adds a column of vectors for a column of texts.
     *
     * @throws IllegalArgumentException if there is no column of texts, or the other is taken
     */
    static StructType withVectors(StructType schema, String texts, String vectors) {
        int at = Arrays.asList(schema.fieldNames()).indexOf(texts);
        if (at < 0) {
            throw new IllegalArgumentException(
                    "inputCol: expected one of %s, found %s"
                            .formatted(String.join(", ", schema.fieldNames()), texts));
        }
        if (!(schema.apply(at).dataType() instanceof StringType)) {
            throw new IllegalArgumentException(
                    "inputCol %s: expected a column of strings, found %s"
                            .formatted(texts, schema.apply(at).dataType().simpleString()));
        }
        if (Arrays.asList(schema.fieldNames()).contains(vectors)) {
            throw new IllegalArgumentException(
                    "outputCol: expected a new column, found %s already there".formatted(vectors));
        }
        return schema.add(vectors, SQLDataTypes.VectorType());
    }
}
