package io.forestage.corpus;

import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.ListType;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.apache.parquet.schema.Type;

/**
 * The columns of a corpus in Parquet: {@code line} int64, {@code ids} list of int64, {@code vector}
 * list of float, or {@code vectors} list of lists with one for each token. Both lists are null for
 * a line that was skipped.
 */
final class ParquetColumns {

    static final String LINE = "line";
    static final String IDS = "ids";
    static final String LIST = "list";
    static final String ELEMENT = "element";

    private static final String BEGIN =
            """
            message corpus {
              required int64 line;
              optional group ids (LIST) { repeated group list { required int64 element; } }
            """;

    private ParquetColumns() {}

    static MessageType of(boolean eachToken) {
        return MessageTypeParser.parseMessageType(
                BEGIN
                        + (eachToken
                                ? """
                                optional group vectors (LIST) { repeated group list {
                                  required group element (LIST) { repeated group list { required float element; } } } }
                                }
                                """
                                : """
                                optional group vector (LIST) { repeated group list { required float element; } }
                                }
                                """));
    }

    /** Returns the columns as the footer has them: depth first. */
    static List<SchemaElement> elements(MessageType schema) {
        List<SchemaElement> elements = new ArrayList<>();
        elements.add(new SchemaElement(schema.getName()).setNum_children(schema.getFieldCount()));
        schema.getFields().forEach(field -> add(elements, field));
        return elements;
    }

    private static void add(List<SchemaElement> elements, Type field) {
        SchemaElement element =
                new SchemaElement(field.getName())
                        .setRepetition_type(
                                FieldRepetitionType.valueOf(field.getRepetition().name()));
        elements.add(element);
        if (field.isPrimitive()) {
            element.setType(
                    org.apache.parquet.format.Type.valueOf(
                            field.asPrimitiveType().getPrimitiveTypeName().name()));
            return;
        }
        element.setNum_children(field.asGroupType().getFieldCount());
        if (LogicalTypeAnnotation.listType().equals(field.getLogicalTypeAnnotation())) {
            element.setConverted_type(ConvertedType.LIST);
            element.setLogicalType(LogicalType.LIST(new ListType()));
        }
        field.asGroupType().getFields().forEach(child -> add(elements, child));
    }
}
