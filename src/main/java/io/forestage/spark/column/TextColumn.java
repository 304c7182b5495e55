package io.forestage.spark.column;

import io.forestage.support.Utf8;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** A stage's column of texts: its checks, and its values. */
public final class TextColumn {

    private TextColumn() {}

    /**
     * Adds a stage's columns to those that have the texts.
     *
     * @param schema the rows' columns
     * @param texts the name of the column of texts
     * @param params the params that name the new columns, for the message
     * @param added the new columns
     * @return the columns with the new ones behind them
     * @throws IllegalArgumentException if there is no column of texts, or a name is taken
     */
    public static StructType add(
            StructType schema, String texts, String params, Iterable<StructField> added) {
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
        StructType wider = schema;
        for (StructField column : added) {
            if (Arrays.asList(wider.fieldNames()).contains(column.name())) {
                throw new IllegalArgumentException(
                        "%s: expected a new name, found %s already there"
                                .formatted(params, column.name()));
            }
            wider = wider.add(column);
        }
        return wider;
    }

    /**
     * Adds a column of vectors alone, which outputCol names.
     *
     * @param schema the rows' columns
     * @param texts the name of the column of texts
     * @param vectors the name of the new column
     * @return the columns with the new one behind them
     * @throws IllegalArgumentException if there is no column of texts, or the name is taken
     */
    public static StructType addVectors(StructType schema, String texts, String vectors) {
        StructField added = DataTypes.createStructField(vectors, SQLDataTypes.VectorType(), true);
        return add(schema, texts, "outputCol", List.of(added));
    }

    /**
     * Returns texts as bytes: Spark would replace what is not UTF-8 in a Java string, and lose it.
     *
     * @param texts the name of the column
     * @return the column of bytes
     */
    public static Column bytes(String texts) {
        return functions.col(quoted(texts)).cast(DataTypes.BinaryType);
    }

    /**
     * Quotes a column's name, which may have dots.
     *
     * @param name the name
     * @return the name for {@code functions.col}
     */
    public static String quoted(String name) {
        return "`" + name.replace("`", "``") + "`";
    }

    /**
     * A row's text.
     *
     * @param value the text; empty if it has a problem
     * @param bytes the size of the text
     * @param problem why there is none, or null
     */
    public record Text(String value, int bytes, @Nullable String problem) {}

    /**
     * Decodes a value of {@link #bytes}.
     *
     * @param row the row
     * @param column the index of the column
     * @return the text, or what is wrong with it
     */
    public static Text read(Row row, int column) {
        if (row.isNullAt(column)) {
            return new Text("", 0, "expected a text, found null");
        }
        byte[] bytes = row.getAs(column);
        try {
            return new Text(Utf8.decode(bytes), bytes.length, null);
        } catch (IllegalArgumentException notUtf8) {
            return new Text("", bytes.length, String.valueOf(notUtf8.getMessage()));
        }
    }
}
