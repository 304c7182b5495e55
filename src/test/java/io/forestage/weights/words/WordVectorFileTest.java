package io.forestage.weights.words;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.forestage.support.Quoted;
import io.forestage.testing.HostileText;
import io.forestage.weights.WeightFileException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of word vectors that gensim wrote, and files that are damaged or meant to do harm. */
class WordVectorFileTest {

    private static final Path GENSIM = Path.of("src/test/resources/words");

    @TempDir Path temporary;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "word2vec.bin",
                "word2vec.txt",
                "glove.txt",
                "word2vec.bin.gz",
                "word2vec.txt.gz"
            })
    void gensimsFilesHaveItsWordsAndTheBitsOfItsValues(String name) throws IOException {
        JsonObject expected =
                JsonParser.parseString(Files.readString(GENSIM.resolve("gensim.json")))
                        .getAsJsonObject();
        JsonArray words = expected.getAsJsonArray("words");

        try (WordVectorFile file = WordVectorFile.open(GENSIM.resolve(name))) {
            assertThat(file.words().size()).isEqualTo(words.size());
            assertThat(file.width()).isEqualTo(7);
            float[] values = new float[words.size() * 7];
            file.read(0, words.size(), values);
            for (int i = 0; i < words.size(); i++) {
                assertThat(file.words().word(i)).isEqualTo(words.get(i).getAsString());
                assertThat(file.words().indexOf(words.get(i).getAsString())).isEqualTo(i);
                JsonArray vector = expected.getAsJsonArray("vectors").get(i).getAsJsonArray();
                for (int j = 0; j < 7; j++) {
                    assertThat(values[i * 7 + j]).isEqualTo((float) vector.get(j).getAsDouble());
                }
            }
            assertThat(file.words().indexOf("King")).isEqualTo(-1);
        }
    }

    @Test
    void theFormatIsToldByTheContent() throws IOException {
        assertThat(format("word2vec.bin")).isEqualTo(WordFormat.WORD2VEC);
        assertThat(format("word2vec.bin.gz")).isEqualTo(WordFormat.WORD2VEC);
        assertThat(format("word2vec.txt")).isEqualTo(WordFormat.WORD2VEC_TEXT);
        assertThat(format("glove.txt")).isEqualTo(WordFormat.GLOVE);
    }

    /** word2vec's own program writes a line break after each vector; gensim does not. */
    @Test
    void aLineBreakBeforeABinaryWordIsPassedOver() throws IOException {
        Path file = write("v.bin", binary("2 2\n", "a ", 1f, 2f, "\nb ", 3f, 4f, "\n"));

        assertThat(read(file)).containsExactly(1, 2, 3, 4);
    }

    /** As fastText writes it: a space at the end of each line. */
    @Test
    void spacesAtTheEndTabsBlankLinesAndCarriageReturnsAreAllowed() throws IOException {
        Path file = write("v.vec", "2 3 \r\nthe 1 2\t3 \r\n\n, 4 5 6");

        assertThat(read(file)).containsExactly(1, 2, 3, 4, 5, 6);
    }

    /** As in glove.840B.300d.txt. */
    @Test
    void aWordOfGloVeMayHaveSpaces() throws IOException {
        Path file = write("v.txt", "the 1 2\n. . . 3 4\nat name@domain.com 5 6\n");

        try (WordVectorFile open = WordVectorFile.open(file)) {
            assertThat(open.words().word(1)).isEqualTo(". . .");
            assertThat(open.words().indexOf("at name@domain.com")).isEqualTo(2);
        }
        assertThat(read(file)).containsExactly(1, 2, 3, 4, 5, 6);
    }

    @Test
    void ofARepeatedWordTheFirstVectorCounts() throws IOException {
        for (Path file :
                new Path[] {
                    write("v.txt", "a 1 2\nb 3 4\na 5 6\n"),
                    write("v.bin", binary("3 2\n", "a ", 1f, 2f, "b ", 3f, 4f, "a ", 5f, 6f))
                }) {
            try (WordVectorFile open = WordVectorFile.open(file)) {
                assertThat(open.repeated()).isEqualTo(1);
                assertThat(open.words().size()).isEqualTo(2);
            }
            assertThat(read(file)).containsExactly(1, 2, 3, 4);
        }
    }

    @Test
    void aWordThatIsNotUtf8IsKeptApartAndReadWithReplacements() throws IOException {
        Path file = write("v.bin", binary("2 1\n", new byte[] {(byte) 0xff, ' '}, 1f, "a ", 2f));

        try (WordVectorFile open = WordVectorFile.open(file)) {
            assertThat(open.words().word(0)).isEqualTo("\uFFFD");
            assertThat(open.words().indexOf("\uFFFD")).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | words and their vectors | an empty file",
                "'hello\n' | a word and from 1 to 65536 values in line 1 | \"hello\"",
                "'0 3\n' | at least 1 word | 0 words and 3 values",
                "'2 70000\n' | from 1 to 65536 values | 70000 values",
                "'3 2\na 1 2\nb 3 4\n' | at least 6 bytes for each of its 3 words | 16 bytes",
                "'3 2\naaaaaaaaa 1 2\nb 3 4\n' | 3 lines of words | found 2",
                "'1 2\na 1 2\nb 3 4\n' | 1 lines of words | more at byte 10",
                """
                '2 2
                a 1 2
                b 3 4 5
                ' | 2 numbers after a word in line 3 at byte 10 | more after "b 3"\
                """,
                "'a 1 2\nb 3\n' | a word and 2 numbers in line 2 at byte 6 | 2 fields",
                "'a 1 2\n 3 4\n' | a word and 2 numbers in line 2 at byte 6 | 2 fields",
                """
                'a 1 2
                b 3 nan
                ' | 2 finite numbers after a word in line 2 at byte 6 | "nan" before 0 numbers\
                """,
                "'a 1 2\nb 1e39 4\n' | 2 finite numbers | \"1e39\" before 1 numbers",
                "'a 1 2\nb 0x10 4\n' | 2 finite numbers | \"0x10\"",
                "'a 1 2\nb 1f 4\n' | 2 finite numbers | \"1f\"",
                "'a 1 2\nb 1,5 4\n' | 2 finite numbers | \"1,5\""
            })
    void damagedTextIsRefusedWithItsPlace(String text, String expected, String found)
            throws IOException {
        Path file = write("v.txt", text);

        assertThatThrownBy(() -> WordVectorFile.open(file))
                .isInstanceOf(WeightFileException.class)
                .hasMessageContainingAll("v.txt: expected ", expected, "found ", found, "; ");
    }

    @Test
    void damagedBinaryIsRefusedWithItsPlace() throws IOException {
        refused(
                binary("2 2\n", "king ", 1f, 2f, "queen ", 3f),
                "8 bytes of values after word 1, \"queen\", at byte 17, found 4");
        refused(binary("2 2\n", "a ", 1f, 2f, " ", 3f, 4f, 5f), "word 1 of 2", "found a space");
        refused(binary("2 2\n", "a ", 1f, 2f, "bcdefghijk"), "word 1 of 2", "found no space");
        refused(
                binary("2 2\n", "a ", 1f, 2f, "b ", Float.NaN, 4f),
                "finite values of word 1, \"b\", at byte 14, found NaN at index 0");
        refused(
                binary("1 2\n", "a ", 1f, Float.NEGATIVE_INFINITY),
                "finite values of word 0",
                "-Infinity at index 1");
        refused(binary("1 2\n", "a ", 1f, 2f, "b"), "end after its 1 words", "more at byte 14");
        refused(
                binary("2147483647 300\n", "a ", 1f, 2f, new byte[2000]),
                "at least 1202 bytes for each of its 2147483647 words");
    }

    @Test
    void aWordThatCouldHarmATerminalIsQuoted() throws IOException {
        Path file = write("v.txt", "a 1 2\n" + HostileText.TEXT.replaceAll("\\s", "") + " x 1\n");

        assertThatThrownBy(() -> WordVectorFile.open(file))
                .isInstanceOf(WeightFileException.class)
                .satisfies(
                        e ->
                                assertThat(String.valueOf(e.getMessage()).codePoints())
                                        .allMatch(Quoted::isHarmless));
    }

    @Test
    void aLineWithoutAnEndIsRefusedBeforeItIsKept() throws IOException {
        byte[] line = new byte[6_000_000];
        Arrays.fill(line, (byte) 'x');
        Path file = Files.write(temporary.resolve("v.txt"), line);

        assertThatThrownBy(() -> WordVectorFile.open(file))
                .isInstanceOf(WeightFileException.class)
                .hasMessageContaining("a longer line 1 at byte 0");
    }

    @Test
    void aCutGzipFileIsRefused() throws IOException {
        byte[] packed = gzip("2 2\na 1 2\nb 3 4\n".getBytes(StandardCharsets.UTF_8));
        Path file = Files.write(temporary.resolve("v.gz"), Arrays.copyOf(packed, 20));

        assertThatThrownBy(() -> WordVectorFile.open(file))
                .isInstanceOf(WeightFileException.class)
                .hasMessageContaining("expected a complete gzip file, found damaged data");
    }

    @Test
    void aFileWithManyWordsIsReadInAnyBlocks() throws IOException {
        int count = 40_000;
        int width = 5;
        float[] all = new float[count * width];
        Random random = new Random(3);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        StringBuilder text = new StringBuilder(count + " " + width + "\n");
        bytes.writeBytes(text.toString().getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < count; i++) {
            text.append('w').append(i);
            ByteBuffer vector =
                    ByteBuffer.allocate(width * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            for (int j = 0; j < width; j++) {
                all[i * width + j] = (float) random.nextGaussian();
                text.append(' ').append(all[i * width + j]);
                vector.putFloat(all[i * width + j]);
            }
            text.append('\n');
            bytes.writeBytes(("w" + i + " ").getBytes(StandardCharsets.UTF_8));
            bytes.writeBytes(vector.array());
        }
        for (Path path :
                new Path[] {write("v.txt", text.toString()), write("v.bin", bytes.toByteArray())}) {
            try (WordVectorFile file = WordVectorFile.open(path)) {
                float[] some = new float[30_000 * width];
                file.read(7_777, 30_000, some);
                assertThat(some).isEqualTo(Arrays.copyOfRange(all, 7_777 * width, 37_777 * width));
                assertThat(file.words().indexOf("w39999")).isEqualTo(39_999);
            }
        }
    }

    private void refused(byte[] bytes, String... parts) throws IOException {
        Path file = write("v.bin", bytes);
        assertThatThrownBy(() -> WordVectorFile.open(file))
                .isInstanceOf(WeightFileException.class)
                .hasMessageContainingAll(parts)
                .hasMessageContaining("the file is damaged");
    }

    private static WordFormat format(String name) throws IOException {
        try (WordVectorFile file = WordVectorFile.open(GENSIM.resolve(name))) {
            return file.format();
        }
    }

    private static float[] read(Path path) throws IOException {
        try (WordVectorFile file = WordVectorFile.open(path)) {
            float[] values = new float[file.words().size() * file.width()];
            file.read(0, file.words().size(), values);
            return values;
        }
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(temporary.resolve(name), text);
    }

    private Path write(String name, byte[] bytes) throws IOException {
        return Files.write(temporary.resolve(name), bytes);
    }

    /** Joins texts, bytes and little-endian floats. */
    static byte[] binary(Object... parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (Object part : parts) {
            if (part instanceof Float value) {
                bytes.writeBytes(
                        ByteBuffer.allocate(4)
                                .order(ByteOrder.LITTLE_ENDIAN)
                                .putFloat(value)
                                .array());
            } else if (part instanceof byte[] raw) {
                bytes.writeBytes(raw);
            } else {
                bytes.writeBytes(part.toString().getBytes(StandardCharsets.UTF_8));
            }
        }
        return bytes.toByteArray();
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(bytes);
        }
        return packed.toByteArray();
    }
}
