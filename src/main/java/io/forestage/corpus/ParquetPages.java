package io.forestage.corpus;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageWriteStore;
import org.apache.parquet.column.page.PageWriter;
import org.apache.parquet.column.statistics.SizeStatistics;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DictionaryPageHeader;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Type;
import org.apache.parquet.format.Util;

/** Keeps the pages of a row group until it is written; they are not compressed. */
final class ParquetPages implements PageWriteStore {

    private final Map<ColumnDescriptor, Chunk> chunks = new LinkedHashMap<>();

    ParquetPages(List<ColumnDescriptor> columns) {
        columns.forEach(column -> chunks.put(column, new Chunk(column)));
    }

    @Override
    public PageWriter getPageWriter(ColumnDescriptor column) {
        Chunk chunk = chunks.get(column);
        if (chunk == null) {
            throw new IllegalArgumentException("column " + column);
        }
        return chunk;
    }

    /** Writes the row group to the end of a file. */
    RowGroup write(AppendFile file, long rows) throws IOException {
        List<ColumnChunk> columns = new ArrayList<>();
        long begin = file.size();
        for (Chunk chunk : chunks.values()) {
            columns.add(chunk.write(file));
        }
        return new RowGroup(columns, file.size() - begin, rows);
    }

    /** Returns the bytes that the pages take. */
    long bytes() {
        return chunks.values().stream().mapToLong(Chunk::getMemSize).sum();
    }

    /** The pages of one column. */
    private static final class Chunk implements PageWriter {

        private final ColumnDescriptor column;
        private final List<byte[]> pages = new ArrayList<>();
        private final Set<Encoding> encodings = EnumSet.noneOf(Encoding.class);
        private byte[] dictionary = new byte[0];
        private long bytes;
        private long values;

        Chunk(ColumnDescriptor column) {
            this.column = column;
        }

        @Override
        @Deprecated
        public void writePage(
                BytesInput content,
                int valueCount,
                Statistics<?> statistics,
                Encoding repetitions,
                Encoding definitions,
                Encoding encoding) {
            throw new UnsupportedOperationException("a page without its number of rows");
        }

        @Override
        public void writePage(
                BytesInput content,
                int valueCount,
                int rowCount,
                Statistics<?> statistics,
                SizeStatistics sizes,
                Encoding repetitions,
                Encoding definitions,
                Encoding encoding)
                throws IOException {
            writePage(
                    content, valueCount, rowCount, statistics, repetitions, definitions, encoding);
        }

        @Override
        public void writePage(
                BytesInput content,
                int valueCount,
                int rowCount,
                Statistics<?> statistics,
                Encoding repetitions,
                Encoding definitions,
                Encoding encoding)
                throws IOException {
            int size = Math.toIntExact(content.size());
            PageHeader header = new PageHeader(PageType.DATA_PAGE, size, size);
            header.setData_page_header(
                    new DataPageHeader(valueCount, of(encoding), of(definitions), of(repetitions)));
            add(header);
            ByteArrayOutputStream out = new ByteArrayOutputStream(size);
            content.writeAllTo(out);
            add(out.toByteArray());
            values += valueCount;
            encodings.addAll(List.of(repetitions, definitions, encoding));
        }

        @Override
        public void writePageV2(
                int rowCount,
                int nullCount,
                int valueCount,
                BytesInput repetitions,
                BytesInput definitions,
                Encoding encoding,
                BytesInput content,
                Statistics<?> statistics) {
            throw new UnsupportedOperationException("pages of version 2");
        }

        @Override
        public void writeDictionaryPage(DictionaryPage page) throws IOException {
            int size = Math.toIntExact(page.getBytes().size());
            PageHeader header = new PageHeader(PageType.DICTIONARY_PAGE, size, size);
            header.setDictionary_page_header(
                    new DictionaryPageHeader(page.getDictionarySize(), of(page.getEncoding())));
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            Util.writePageHeader(header, out);
            page.getBytes().writeAllTo(out);
            dictionary = out.toByteArray();
            bytes += dictionary.length;
            encodings.add(page.getEncoding());
        }

        @Override
        public long getMemSize() {
            return bytes;
        }

        @Override
        public long allocatedSize() {
            return bytes;
        }

        @Override
        public String memUsageString(String prefix) {
            return "%s %d bytes".formatted(prefix, bytes);
        }

        ColumnChunk write(AppendFile file) throws IOException {
            long begin = file.size();
            file.put(dictionary);
            long data = file.size();
            for (byte[] page : pages) {
                file.put(page);
            }
            long size = file.size() - begin;
            ColumnMetaData about =
                    new ColumnMetaData(
                            Type.valueOf(column.getPrimitiveType().getPrimitiveTypeName().name()),
                            encodings.stream().map(Chunk::of).toList(),
                            List.of(column.getPath()),
                            CompressionCodec.UNCOMPRESSED,
                            values,
                            size,
                            size,
                            data);
            if (dictionary.length > 0) {
                about.setDictionary_page_offset(begin);
            }
            return new ColumnChunk(begin).setMeta_data(about);
        }

        private void add(PageHeader header) throws IOException {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            Util.writePageHeader(header, out);
            add(out.toByteArray());
        }

        private void add(byte[] piece) {
            pages.add(piece);
            bytes += piece.length;
        }

        private static org.apache.parquet.format.Encoding of(Encoding encoding) {
            return org.apache.parquet.format.Encoding.valueOf(encoding.name());
        }
    }
}
