package io.forestage.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that no tokenizer can be made of, a test each: refused in words, never a dead process. */
class HostileTokenizerFilesTest {

    private static final String JSON = TinyTokenizer.JSON.formatted("");

    private final Path folder;

    HostileTokenizerFilesTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void aMissingFile() {
        assertThat(json(folder.resolve("none.json"))).contains("none.json", "no such file");
    }

    @Test
    void aFolderInsteadOfAFile() {
        assertThat(json(folder)).contains("expected a file, found a folder");
    }

    @Test
    void anEmptyFile() throws IOException {
        assertThat(json("")).contains("0 bytes");
    }

    @Test
    void aGiganticFile() throws IOException {
        Path file = folder.resolve("big.json");
        try (RandomAccessFile big = new RandomAccessFile(file.toFile(), "rw")) {
            big.setLength(1L << 33);
        }
        assertThat(json(file)).contains("8589934592 bytes");
    }

    @Test
    void bytesThatAreNoUtf8() throws IOException {
        Path file = Files.write(folder.resolve("t.json"), new byte[] {'{', '"', (byte) 0xC3, '"'});
        assertThat(json(file)).contains("byte 2", "UTF-8", "0xC3");
    }

    @Test
    void jsonThatIsCutOff() throws IOException {
        for (int length :
                new int[] {1, 20, 300, JSON.length() / 2, JSON.stripTrailing().length() - 1}) {
            assertThat(json(JSON.substring(0, length))).contains("JSON", "line");
        }
    }

    @Test
    void somethingAfterTheJson() throws IOException {
        assertThat(json(JSON + "{}")).contains("JSON");
    }

    @Test
    void anotherKindOfJson() throws IOException {
        assertThat(json("null")).contains("expected a JSON object, found null");
        assertThat(json("[1]")).contains("found an array");
        assertThat(json("{}")).contains("at least one token");
        assertThat(json("{\"model\": 3}")).contains("the model as an object", "$.model");
        assertThat(json("{\"model\": {\"vocab\": 3}}")).contains("the vocabulary as an object");
        assertThat(json("{\"added_tokens\": {}}"))
                .contains("the added tokens as an array, found an object");
    }

    @Test
    void deepNesting() throws IOException {
        int levels = 10_000;
        assertThat(json("{\"a\":".repeat(levels) + "1" + "}".repeat(levels))).contains("esting");
        assertThat(json("{\"normalizer\":{\"a\":" + "[".repeat(levels) + "]".repeat(levels) + "}}"))
                .contains("esting");
        assertThat(json("{\"truncation\":" + "[".repeat(levels) + "]".repeat(levels) + "}"))
                .contains("esting");
    }

    @Test
    void idsThatAreNone() throws IOException {
        for (String id : new String[] {"-1", "1.0", "1e3", "16777216", "5000000000", "1E400"}) {
            assertThat(json(JSON.replace("\"hell\": 7", "\"hell\": " + id)))
                    .contains("an id from 0 to 1048575 for \"hell\"", "found " + id, "line");
        }
        for (String id : new String[] {"\"7\"", "null", "[]", "true"}) {
            assertThat(json(JSON.replace("\"hell\": 7", "\"hell\": " + id)))
                    .contains("an id for \"hell\"");
        }
        assertThat(json(JSON.replace("\"hell\": 7", "\"hell\": NaN"))).contains("JSON");
    }

    @Test
    void anIdOrATokenTwice() throws IOException {
        assertThat(json(JSON.replace("\"hell\": 7", "\"hell\": 6")))
                .contains("one token for id 6", "\"ll\" and \"hell\"");
        assertThat(json(JSON.replace("\"hell\": 7", "\"ll\": 7")))
                .contains("the token \"ll\" once");
        assertThat(json("{\"version\": \"1.0\", \"version\": \"1.0\"}"))
                .contains("\"version\" twice");
    }

    @Test
    void aTokenWithHalfASurrogatePair() throws IOException {
        assertThat(json(JSON.replace("\"hell\": 7", "\"\\ud800\": 7"))).contains("surrogate");
        assertThat(json(JSON.replace("\"1.0\"", "\"\\ud800\""))).contains("surrogate");
    }

    @Test
    void aMergeOfAnUnknownToken() throws IOException {
        assertThat(json(JSON.replace("hell o", "hell x"))).contains("Token `x` out of vocabulary");
    }

    @Test
    void anotherVersion() throws IOException {
        assertThat(json(JSON.replace("\"version\": \"1.0\"", "\"version\": \"7\"")))
                .contains("expected version 1.0, found 7");
    }

    @Test
    void mergesThatAreNone() throws IOException {
        assertThat(json(JSON.replace("\"hell o\"", "3"))).contains("expected a merge");
        assertThat(json(JSON.replace("\"hell o\"", "[\"hell\", 3]"))).contains("right token");
        assertThat(json(JSON.replace("\"hell o\"", "\"hell\\ud800 o\""))).contains("surrogate");
    }

    @Test
    void addedTokensThatWouldGetOtherIds() throws IOException {
        assertThat(json(TinyTokenizer.JSON.formatted(TinyTokenizer.added(12, "<x>", true))))
                .contains("added token \"<x>\"", "expected id 10", "found id 12");
        assertThat(json(TinyTokenizer.JSON.formatted(TinyTokenizer.added(3, "hello", true))))
                .contains("expected id 8", "found id 3");
        assertThat(json(TinyTokenizer.JSON.formatted("{\"id\": 10}"))).contains("content none");
        assertThat(json(TinyTokenizer.JSON.formatted("{\"id\": \"10\", \"content\": \"x\"}")))
                .contains("id none");
    }

    @Test
    void aVocabJsonThatIsNone() throws IOException {
        assertThat(files("{}", "")).contains("vocab.json", "at least one token");
        assertThat(files("{\"a\": 0, \"b\": 0}", "")).contains("one token for id 0", "line 1");
        assertThat(files("{\"a\": 0,\n \"a\": 1}", "")).contains("the token \"a\" once", "line 2");
        assertThat(files("{\"a\": \"x\"}", "")).contains("an id for \"a\"");
        assertThat(files("{\"a\": 0", "")).contains("complete JSON");
        assertThat(files("{'a': 0}", "")).contains("strict JSON");
    }

    @Test
    void aMergesTxtThatIsNone() throws IOException {
        String vocab = "{\"a\": 0, \"b\": 1, \"ab\": 2}";
        assertThat(files(vocab, "#version: 0.2\na b\na c\n"))
                .contains("merges.txt, line 3", "\"c\", which is not in", "vocab.json");
        assertThat(files(vocab, "b a\n")).contains("line 1", "\"ba\"");
        assertThat(files(vocab, "a b\n\na b\n")).contains("line 3", "each merge once");
        assertThat(files(vocab, "a b\na b\n")).contains("line 2", "each merge once");
        for (String line : new String[] {"ab", " ab", "ab ", "a  b", "a b c"}) {
            assertThat(files(vocab, line)).contains("line 1", "two tokens with a space between");
        }
    }

    @Test
    void theErrorKnowsItsFile() {
        Path file = folder.resolve("none.json");
        TokenizerFileException error =
                catchThrowableOfType(
                        TokenizerFileException.class, () -> TextTokenizer.fromTokenizerJson(file));
        assertThat(error.file()).isEqualTo(file.toString());
    }

    private String json(String content) throws IOException {
        return json(Files.writeString(folder.resolve("tokenizer.json"), content));
    }

    private static String json(Path file) {
        TokenizerFileException error =
                catchThrowableOfType(
                        TokenizerFileException.class,
                        () -> TextTokenizer.fromTokenizerJson(file).close());
        assertThat(error).isNotNull();
        assertThat(error.getMessage()).contains(file.toString()).contains("; ");
        return String.valueOf(error.getMessage());
    }

    private String files(String vocab, String merges) throws IOException {
        Files.writeString(folder.resolve("vocab.json"), vocab);
        Files.writeString(folder.resolve("merges.txt"), merges.isEmpty() ? "\n" : merges);
        TokenizerFileException error =
                catchThrowableOfType(
                        TokenizerFileException.class,
                        () -> TextTokenizer.fromFolder(folder).close());
        assertThat(error).isNotNull();
        return String.valueOf(error.getMessage());
    }
}
