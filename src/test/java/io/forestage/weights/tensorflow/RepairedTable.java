package io.forestage.weights.tensorflow;

import io.forestage.weights.WeightFileException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A table whose checksums and magic number are corrected, as far as its blocks are found. */
final class RepairedTable {

    private final ByteBuffer bytes;

    private RepairedTable(byte[] bytes) {
        this.bytes = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    static byte[] of(byte[] bytes) {
        byte[] repaired = bytes.clone();
        if (repaired.length >= SortedTable.Footer.BYTES) {
            byte[] mark = Table.footer(new byte[0]);
            int end = repaired.length - Long.BYTES;
            System.arraycopy(mark, mark.length - Long.BYTES, repaired, end, Long.BYTES);
            try {
                new RepairedTable(repaired).repair();
            } catch (WeightFileException asFarAsItGoes) {
                return repaired;
            }
        }
        return repaired;
    }

    private void repair() throws WeightFileException {
        int end = bytes.limit() - SortedTable.Footer.BYTES;
        ByteBuffer footer = bytes.slice(end, SortedTable.Footer.BYTES - Long.BYTES);
        Cursor cursor = new Cursor(NoBytes.NOWHERE, null, "the footer", footer);
        repair(SortedTable.BlockHandle.read(cursor), end);
        SortedTable.BlockHandle index = SortedTable.BlockHandle.read(cursor);
        repair(index, end);
        if (index.liesBetween(0, end)) {
            ByteBuffer content = bytes.slice((int) index.offset(), (int) index.size());
            TableBlock entries = new TableBlock(NoBytes.NOWHERE, "the index block", content);
            while (entries.next()) {
                Cursor value =
                        new Cursor(NoBytes.NOWHERE, null, "the index block", entries.value());
                repair(SortedTable.BlockHandle.read(value), end);
            }
        }
    }

    private void repair(SortedTable.BlockHandle handle, int end) {
        if (handle.liesBetween(0, end)) {
            int trailer = (int) (handle.offset() + handle.size());
            ByteBuffer checked = bytes.slice((int) handle.offset(), (int) handle.size() + 1);
            bytes.putInt(trailer + 1, MaskedCrc.of(checked));
        }
    }
}
