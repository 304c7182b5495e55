package io.forestage.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines of bytes, and of sources. */
class LineReaderTest {

    @Test
    void linesEndAtLfOrCrLfAndTheLastNeedsNone() throws IOException {
        assertThat(texts("a\r\n\r\n\nb\rc\nd\r")).containsExactly("a", "", "", "b\rc", "d");
        assertThat(texts("a\n")).containsExactly("a");
        assertThat(texts("\n")).containsExactly("");
        assertThat(texts("")).isEmpty();
    }

    @Test
    void aByteOrderMarkIsNoTextAtTheStartAlone() throws IOException {
        assertThat(texts("\uFEFFa\n\uFEFFb")).containsExactly("a", "\uFEFFb");
    }

    /** Around the buffer's size, where a line or its CR LF lies in two reads. */
    @ParameterizedTest
    @ValueSource(ints = {65533, 65534, 65535, 65536, 65537, 200_000})
    void aLineIsTheSameWhereverTheBufferEnds(int length) throws IOException {
        String line = "x".repeat(length);

        assertThat(texts(line + "\r\n" + line + "\nend")).containsExactly(line, line, "end");
    }

    @Test
    void aLineThatIsTooLongIsCountedAndNotKept() throws IOException {
        byte[] bytes = new byte[LineReader.MAX_BYTES + 7];
        Arrays.fill(bytes, (byte) 'x');
        bytes[LineReader.MAX_BYTES + 1] = '\n';
        LineReader reader = new LineReader(new ByteArrayInputStream(bytes));

        LineReader.Bytes first = Objects.requireNonNull(reader.next());
        assertThat(first.isTooLong()).isTrue();
        assertThat(first.bytes()).isEmpty();
        assertThat(Objects.requireNonNull(reader.next()).bytes()).hasSize(5);
        assertThat(reader.next()).isNull();
        assertThat(reader.offset()).isEqualTo(bytes.length);
    }

    @Test
    void theLongestLineThatIsAllowedIsKept() throws IOException {
        byte[] bytes = new byte[LineReader.MAX_BYTES + 2];
        Arrays.fill(bytes, (byte) 'x');
        bytes[LineReader.MAX_BYTES] = '\r';
        bytes[LineReader.MAX_BYTES + 1] = '\n';

        LineReader reader = new LineReader(new ByteArrayInputStream(bytes));
        assertThat(Objects.requireNonNull(reader.next()).bytes()).hasSize(LineReader.MAX_BYTES);
    }

    @Test
    void bytesThatAreNotUtf8AreNamedByLineAndByte() throws IOException {
        byte[] bytes = {'a', '\n', 'b', (byte) 0xFF, '\n', (byte) 0xEF, (byte) 0xBF, (byte) 0xBD};

        List<Line> lines = lines(bytes);

        assertThat(lines.get(1).place()).isEqualTo("in, line 2");
        assertThat(lines.get(1).problem()).startsWith("expected UTF-8, found byte 0xFF as byte 2");
        assertThat(lines.get(2).text()).isEqualTo("\uFFFD");
        assertThat(lines.get(2).problem()).isNull();
    }

    @Test
    void gzipIsUnpackedByItsFirstBytesAlsoInMembers() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        packed.writeBytes(packed("one\ntw"));
        packed.writeBytes(packed("o\n"));

        assertThat(lines(packed.toByteArray()).stream().map(Line::text))
                .containsExactly("one", "two");
    }

    @Test
    void aCutGzipNamesTheFile() throws IOException {
        byte[] packed = packed("one\ntwo\n".repeat(1000));

        assertThatThrownBy(() -> lines(Arrays.copyOf(packed, packed.length - 12)))
                .isInstanceOf(CorpusException.class)
                .hasMessageStartingWith("in: expected a readable text file");
    }

    private static byte[] packed(String text) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(packed)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return packed.toByteArray();
    }

    private static List<String> texts(String content) throws IOException {
        return lines(content.getBytes(StandardCharsets.UTF_8)).stream().map(Line::text).toList();
    }

    private static List<Line> lines(byte[] bytes) throws IOException {
        List<Line> lines = new ArrayList<>();
        CorpusSource source = CorpusSource.of("in", new ByteArrayInputStream(bytes));
        try (CorpusReader reader = new CorpusReader(List.of(source), 1 << 20, Position.START)) {
            for (CorpusReader.Batch batch = reader.next();
                    !batch.lines().isEmpty();
                    batch = reader.next()) {
                lines.addAll(batch.lines());
            }
        }
        return lines;
    }
}
