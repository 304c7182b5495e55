package io.forestage.spark.skipgram;

import io.forestage.support.Utf8;
import java.util.Arrays;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** A stage's column of texts: its checks, and its values. */
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

    /** The texts as bytes, since Spark would replace what is not UTF-8 in a Java string. */
    static Column bytes(Dataset<?> dataset, String texts) {
        return dataset.col("`" + texts.replace("`", "``") + "`").cast(DataTypes.BinaryType);
    }

    /**
     * A row's text.
     *
     * @param value the text; empty if it has a problem
     * @param problem why there is none, or null
     */
    record Text(String value, @Nullable String problem) {}

    /** Decodes a column of {@link #bytes}. */
    static Text read(Row row, int column) {
        if (row.isNullAt(column)) {
            return new Text("", "expected a text, found null");
        }
        try {
            byte[] bytes = row.getAs(column);
            return new Text(Utf8.decode(bytes), null);
        } catch (IllegalArgumentException notUtf8) {
            return new Text("", String.valueOf(notUtf8.getMessage()));
        }
    }
}
