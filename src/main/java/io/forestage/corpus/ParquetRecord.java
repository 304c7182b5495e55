package io.forestage.corpus;

import java.util.function.IntConsumer;
import org.apache.parquet.io.api.RecordConsumer;

/** Writes a line as a record of {@link ParquetColumns}. */
final class ParquetRecord {

    private final RecordConsumer out;
    private final int width;
    private final boolean eachToken;

    ParquetRecord(RecordConsumer out, int width, boolean eachToken) {
        this.out = out;
        this.width = width;
        this.eachToken = eachToken;
    }

    void write(long number, EmbeddedLine line) {
        out.startMessage();
        out.startField(ParquetColumns.LINE, 0);
        out.addLong(number);
        out.endField(ParquetColumns.LINE, 0);
        if (!line.isSkipped()) {
            field(
                    ParquetColumns.IDS,
                    1,
                    () -> list(line.ids().length, i -> out.addLong(line.ids()[i])));
            if (eachToken) {
                field("vectors", 2, () -> list(line.ids().length, i -> vector(line, i)));
            } else {
                field("vector", 2, () -> floats(line.vectors(), 0));
            }
        }
        out.endMessage();
    }

    void flush() {
        out.flush();
    }

    private void vector(EmbeddedLine line, int token) {
        out.startGroup();
        floats(line.vectors(), token * width);
        out.endGroup();
    }

    private void floats(float[] values, int begin) {
        list(width, i -> out.addFloat(values[begin + i]));
    }

    private void field(String name, int index, Runnable list) {
        out.startField(name, index);
        out.startGroup();
        list.run();
        out.endGroup();
        out.endField(name, index);
    }

    /** Inside of the list's group. An empty list has no field. */
    private void list(int size, IntConsumer element) {
        if (size == 0) {
            return;
        }
        out.startField(ParquetColumns.LIST, 0);
        for (int i = 0; i < size; i++) {
            out.startGroup();
            out.startField(ParquetColumns.ELEMENT, 0);
            element.accept(i);
            out.endField(ParquetColumns.ELEMENT, 0);
            out.endGroup();
        }
        out.endField(ParquetColumns.LIST, 0);
    }
}
