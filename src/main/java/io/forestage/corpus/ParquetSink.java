package io.forestage.corpus;

import io.forestage.weights.files.AtomicFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.MessageType;

/**
 * Parquet, one file of row groups. The footer of the finished groups lies beside the growing file,
 * so that an interrupted run goes on after the last of them.
 */
final class ParquetSink implements Sink {

    private static final String FILE = "groups";
    private static final String FOOTER = "footer";
    private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);

    /** Large enough for a reader's throughput, small enough for the heap. */
    private static final long GROUP_BYTES = 64_000_000;

    private final WorkFolder folder;
    private final AppendFile file;
    private final MessageType schema;
    private final ParquetProperties properties;
    private final List<RowGroup> groups = new ArrayList<>();

    private final long groupBytes;
    private final int width;
    private final boolean eachToken;

    private ParquetPages pages;
    private ColumnWriteStore columns;
    private ParquetRecord record;
    private long rows;

    ParquetSink(WorkFolder folder, int width, boolean eachToken) throws IOException {
        this(folder, width, eachToken, GROUP_BYTES);
    }

    ParquetSink(WorkFolder folder, int width, boolean eachToken, long groupBytes)
            throws IOException {
        this.folder = folder;
        this.groupBytes = groupBytes;
        this.width = width;
        this.eachToken = eachToken;
        schema = ParquetColumns.of(eachToken);
        properties =
                ParquetProperties.builder()
                        .withWriterVersion(ParquetProperties.WriterVersion.PARQUET_1_0)
                        .withDictionaryEncoding(false)
                        .withDictionaryEncoding("ids.list.element", true)
                        .withStatisticsEnabled(false)
                        .withMinRowCountForPageSizeCheck(1)
                        .build();
        file = folder.append(FILE);
        if (file.size() == 0) {
            file.put(MAGIC);
        } else {
            groups.addAll(finished());
        }
        pages = new ParquetPages(schema.getColumns());
        columns = properties.newColumnWriteStore(schema, pages);
        record = record(columns);
    }

    @Override
    public void write(long number, EmbeddedLine line) {
        record.write(number, line);
        rows++;
    }

    @Override
    public boolean endBatch() throws IOException {
        if (columns.getBufferedSize() + pages.bytes() < groupBytes) {
            return rows == 0;
        }
        endGroup();
        return true;
    }

    /** A footer of more groups than the state has bytes of is cut when the run goes on. */
    @Override
    public void beforeSave() throws IOException {
        byte[] footer = footer();
        AtomicFile.write(folder.file(FOOTER), target -> target.write(ByteBuffer.wrap(footer)));
    }

    @Override
    public void finish(Path output) throws IOException {
        if (rows > 0) {
            endGroup();
        }
        byte[] footer = footer();
        file.put(footer);
        file.put(
                ByteBuffer.allocate(Integer.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(footer.length)
                        .array());
        file.put(MAGIC);
        file.force();
        folder.move(FILE, output);
    }

    private void endGroup() throws IOException {
        record.flush();
        columns.flush();
        groups.add(pages.write(file, rows));
        columns.close();
        pages = new ParquetPages(schema.getColumns());
        columns = properties.newColumnWriteStore(schema, pages);
        record = record(columns);
        rows = 0;
    }

    private ParquetRecord record(ColumnWriteStore store) {
        RecordConsumer consumer = new ColumnIOFactory().getColumnIO(schema).getRecordWriter(store);
        return new ParquetRecord(consumer, width, eachToken);
    }

    private byte[] footer() throws IOException {
        long count = groups.stream().mapToLong(RowGroup::getNum_rows).sum();
        FileMetaData about =
                new FileMetaData(1, ParquetColumns.elements(schema), count, groups)
                        .setCreated_by("forestage");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Util.writeFileMetaData(about, out);
        return out.toByteArray();
    }

    /** The groups of an interrupted run that are whole in the file. */
    private List<RowGroup> finished() throws IOException {
        Path path = folder.file(FOOTER);
        try {
            byte[] footer = Files.readAllBytes(path);
            List<RowGroup> whole = new ArrayList<>();
            long end = MAGIC.length;
            for (RowGroup group :
                    Util.readFileMetaData(new ByteArrayInputStream(footer)).getRow_groups()) {
                if (end < file.size()) {
                    end = Math.addExact(end, group.getTotal_byte_size());
                    whole.add(group);
                }
            }
            if (end != file.size()) {
                throw new IOException("groups of %d bytes beside %d".formatted(end, file.size()));
            }
            return whole;
        } catch (IOException | RuntimeException invalid) {
            throw new CorpusException(
                    "%s: expected the footer of an interrupted run, found: %s; begin anew"
                            .formatted(path, invalid.getMessage()),
                    invalid);
        }
    }
}
