package io.forestage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.forestage.testing.TinyModel;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.TensorSource;
import io.forestage.weights.WeightFile;
import io.forestage.weights.safetensors.SafetensorsFile;
import io.forestage.weights.safetensors.SafetensorsWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The output and exit statuses that scripts rely on. */
class ForestageTest {

    @TempDir Path temporary;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void tokenizePrintsALineOfIdsForEachText() {
        assertThat(run("tokenize", "--format", "ids", "Hello world", "", "a b")).isZero();

        assertThat(out()).isEqualTo("15496 995\n\n64 275\n");
        assertThat(err()).isEmpty();
    }

    @Test
    void tokenizePrintsAJsonObjectPerLineWithOffsetsInUtf16Units() {
        assertThat(run("tokenize", "--format", "json", "<😀> it's")).isZero();

        JsonObject line = JsonParser.parseString(out()).getAsJsonObject();
        assertThat(line.keySet()).containsExactly("ids", "tokens", "offsets");
        assertThat(out()).endsWith("}\n").contains("\"Ġit\"");
        JsonArray offsets = line.getAsJsonArray("offsets");
        assertThat(offsets.get(0)).hasToString("[0,1]");
        assertThat(offsets.get(1)).hasToString("[1,3]");
        assertThat(offsets.get(offsets.size() - 1)).hasToString("[7,9]");
    }

    @Test
    void tokenizePrintsATableByDefault() {
        assertThat(run("tokenize", "Hello\tworld")).isZero();

        assertThat(out().lines())
                .containsExactly(
                        "   id  token    start  end",
                        "15496  \"Hello\"      0    5",
                        "  197  \"\\t\"         5    6",
                        " 6894  \"world\"      6   11");
    }

    @Test
    void endOfTextIsTextWithoutTheOptionSpecial() {
        assertThat(run("tokenize", "--format", "ids", "<|endoftext|>")).isZero();
        assertThat(run("tokenize", "--format", "ids", "--special", "<|endoftext|>")).isZero();

        assertThat(out()).isEqualTo("27 91 437 1659 5239 91 29\n50256\n");
    }

    @Test
    void aFileIsReadAsOneText() throws IOException {
        Path file = Files.writeString(temporary.resolve("text"), "Hello\nworld\n");

        assertThat(run("tokenize", "--format", "ids", "--file", file.toString())).isZero();

        assertThat(out()).isEqualTo("15496 198 6894 198\n");
    }

    @Test
    void anArgumentThatStartsWithAnAtSignIsText() throws IOException {
        Path file = Files.writeString(temporary.resolve("text"), "one two");

        assertThat(run("tokenize", "--format", "ids", "@" + file)).isZero();

        assertThat(out()).startsWith("31 ");
    }

    @Test
    void aFailureToWriteResultsIsReported() {
        OutputStream full =
                new OutputStream() {
                    @Override
                    public void write(int value) throws IOException {
                        throw new IOException("No space left on device");
                    }
                };

        assertThat(Forestage.run(full, err, "tokenize", "Hello")).isEqualTo(1);
        assertThat(err())
                .isEqualTo("forestage: cannot write to standard output: No space left on device\n");
    }

    @Test
    void aFolderInsteadOfATextFileIsReported() {
        assertThat(run("tokenize", "--file", temporary.toString())).isEqualTo(1);

        assertThat(err()).contains(temporary + ": expected a text file, found a folder");
    }

    @Test
    void aByteThatIsNotUtf8IsReportedWithItsOffset() throws IOException {
        Path file = Files.write(temporary.resolve("text"), new byte[] {'a', 'b', (byte) 0xff});

        assertThat(run("tokenize", "--file", file.toString())).isEqualTo(1);

        assertThat(err()).contains("expected UTF-8, found byte 0xFF at offset 2");
    }

    @Test
    void embedPrintsATableForEachText() throws IOException {
        Path model = TinyModel.write(temporary.resolve("m"));

        assertThat(run("embed", "--model", model.toString(), "Hello world", "")).isZero();

        assertThat(out().lines())
                .containsExactly(
                        "\"Hello world\": 2 tokens × 3",
                        "   id  token     position        norm  first values",
                        "15496  \"Hello\"          0  26840.7253  15496.0000 15496.5000 15497.0000",
                        "  995  \" world\"         1   1724.2838  995.0156 995.5156 996.0156",
                        "",
                        "\"\": 0 tokens × 3");
        assertThat(err()).isEmpty();
    }

    @Test
    void embedPrintsAPartOfACharacterInByteLevelSpelling() throws IOException {
        Path model = TinyModel.write(temporary.resolve("m"));

        assertThat(run("embed", "--model", model.toString(), "😀")).isZero();

        assertThat(out()).contains("ðŁĺ").doesNotContain("\uFFFD");
    }

    @Test
    void embedPrintsTheSameWithTheOptionCopy() throws IOException {
        Path model = TinyModel.write(temporary.resolve("model"));
        assertThat(run("embed", "--model", model.toString(), "Hello world")).isZero();
        String mapped = out();
        out.reset();

        assertThat(run("embed", "--model", model.toString(), "--copy", "Hello world")).isZero();
        assertThat(out()).isEqualTo(mapped).contains("Hello");
    }

    @Test
    void embedTakesIds() throws IOException {
        Path model = TinyModel.write(temporary.resolve("m"));

        assertThat(run("embed", "--model", model.toString(), "--ids", "1, 2;3")).isZero();

        assertThat(out()).contains("row 0: 2 tokens × 3").contains("row 1: 1 token × 3");
    }

    @Test
    void embedWritesSafetensors() throws IOException {
        Path model = TinyModel.write(temporary.resolve("m"));
        Path file = temporary.resolve("e.safetensors");

        assertThat(
                        run(
                                "embed",
                                "--model",
                                model.toString(),
                                "--output",
                                file.toString(),
                                "Hello world",
                                "a"))
                .isZero();

        assertThat(out()).isEmpty();
        try (WeightFile tensors = SafetensorsFile.open(file)) {
            assertThat(tensors.tensors())
                    .extracting(TensorEntry::name)
                    .containsExactlyInAnyOrder(
                            "ids", "attention_mask", "position_ids", "embeddings");
            assertThat(tensors.require("ids").shape()).isEqualTo(List.of(2L, 2L));
            TensorEntry embeddings = tensors.require("embeddings");
            assertThat(embeddings.shape()).isEqualTo(List.of(2L, 2L, 3L));
            ByteBuffer values = ByteBuffer.allocateDirect(48).order(ByteOrder.nativeOrder());
            tensors.readFloats(embeddings, values);
            assertThat(values.flip().asFloatBuffer().get(6)).isEqualTo(TinyModel.wte(64, 0));
        }
    }

    @Test
    void embedWritesNumpy() throws IOException {
        Path model = TinyModel.write(temporary.resolve("m"));
        Path file = temporary.resolve("e.npy");

        assertThat(
                        run(
                                "embed",
                                "--model",
                                model.toString(),
                                "--output",
                                file.toString(),
                                "Hello world"))
                .isZero();

        byte[] bytes = Files.readAllBytes(file);
        assertThat(new String(bytes, 0, 80, StandardCharsets.ISO_8859_1))
                .contains("'descr': '<f4'")
                .contains("'shape': (1, 2, 3)");
        assertThat(bytes).hasSize(128 + 24);
    }

    @Test
    void anOutputThatIsAFolderIsReported() throws IOException {
        Path model = TinyModel.write(temporary.resolve("m"));
        Path folder = Files.createDirectory(temporary.resolve("e.npy"));

        assertThat(
                        run(
                                "embed",
                                "--model",
                                model.toString(),
                                "--output",
                                folder.toString(),
                                "Hello"))
                .isEqualTo(1);

        assertThat(folder).isDirectory();
        assertThat(err()).startsWith("forestage: ").contains("e.npy");
    }

    @Test
    void embedWarnsOfRandomTables() throws IOException {
        Path model = Files.createDirectory(temporary.resolve("m"));
        TinyModel.config(model, ", \"forestage_random_seed\": 7");

        assertThat(run("embed", "--model", model.toString(), "Hello")).isZero();

        assertThat(err())
                .isEqualTo(
                        "forestage: %s has no weights: its tables are random, N(0, 0.02) with seed 7\n"
                                .formatted(model));
    }

    @Test
    void importListsWhatItLoadedAndLeftOut() throws IOException {
        Path source = TinyModel.write(temporary.resolve("m"));
        Path target = temporary.resolve("slim");

        assertThat(run("import", source.toString(), "--model", target.toString())).isZero();

        assertThat(out().replaceAll("sha256    \\p{XDigit}{64}", "sha256    …").lines())
                .containsExactly(
                        "loaded    wte.weight F32 [50257, 3], 603.1 kB",
                        "loaded    wpe.weight F32 [32, 3], 384 B",
                        "left out  1 tensor, 16 B",
                        "missing   nothing",
                        "sha256    … wte.weight",
                        "sha256    … wpe.weight",
                        "wrote     "
                                + target
                                + ": config.json, model.safetensors, provenance.json,"
                                + " serving.properties");
    }

    @Test
    void serveConfigWritesServingProperties() throws IOException {
        Path model = TinyModel.write(temporary.resolve("model"));

        assertThat(run("serve-config", model.toString())).isZero();

        assertThat(out()).isEqualTo("wrote     " + model + ": serving.properties\n");
        assertThat(model.resolve("serving.properties"))
                .hasSameTextualContentAs(Path.of("models/gpt2-random/serving.properties"));
    }

    @Test
    void serveConfigWithJarsCopiesTheClassesIntoTheFolder() throws IOException {
        Path model = TinyModel.write(temporary.resolve("model"));

        assertThat(run("serve-config", "--with-jars", model.toString())).isZero();

        assertThat(model.resolve("lib/forestage.jar")).isNotEmptyFile();
    }

    @Test
    void serveConfigOfAFolderWithoutAModelFails() {
        assertThat(run("serve-config", temporary.toString())).isEqualTo(1);

        assertThat(err()).contains("config.json");
    }

    @Test
    void importFromTheHubInOfflineModeNamesTheRemedy() {
        assertThat(run("import", "gpt2", "--model", temporary.resolve("t").toString()))
                .isEqualTo(1);

        assertThat(err())
                .contains("openai-community/gpt2", "HF_HUB_OFFLINE", "forestage import PATH");
    }

    @ParameterizedTest
    @ValueSource(strings = {"no/such.safetensors", "./gpt2", "a/b/c", "pytorch_model.bin"})
    void aMissingPathIsNotSentToTheHub(String source) {
        assertThat(run("import", source, "--model", temporary.resolve("t").toString()))
                .isEqualTo(1);

        assertThat(err()).isEqualTo("forestage: " + source + ": no such file or folder\n");
    }

    @Test
    void anExistingTargetIsReportedBeforeARequestToTheHub() throws IOException {
        Path model = TinyModel.write(temporary.resolve("m"));

        assertThat(run("import", "gpt2", "--model", model.toString())).isEqualTo(1);

        assertThat(err()).contains("--force replaces it");
    }

    @Test
    void verifyReportsAChangedTable() throws IOException {
        Path source = TinyModel.write(temporary.resolve("m"));
        Path slim = temporary.resolve("slim");
        run("import", source.toString(), "--model", slim.toString());
        out.reset();

        assertThat(run("verify", slim.toString())).isZero();
        assertThat(out().lines()).hasSize(2).allMatch(line -> line.endsWith(" as recorded"));

        run(
                "import",
                source.toString(),
                "--model",
                slim.toString(),
                "--force",
                "--dtype",
                "float32");
        Path weights = slim.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        bytes[bytes.length - 500] ^= 1;
        Files.write(weights, bytes);
        assertThat(run("verify", slim.toString())).isEqualTo(1);
        assertThat(err())
                .contains("slim: expected the checksums of wte.weight in provenance.json, found");
    }

    @Test
    void exportPrintsTheFileAndItsSize() throws IOException {
        Path model = TinyModel.write(temporary.resolve("m"));
        Path file = temporary.resolve("tables.safetensors");

        assertThat(
                        run(
                                "export",
                                model.toString(),
                                "--format",
                                "safetensors",
                                "--output",
                                file.toString()))
                .isZero();

        assertThat(out()).startsWith("wrote     " + file + ", 603.");
        assertThat(run("export", model.toString(), "--format", "gguf", "--output", "x"))
                .isEqualTo(2);
    }

    @Test
    void inspectListsTensors() throws IOException {
        Path model = TinyModel.write(temporary.resolve("m"));

        assertThat(run("inspect", model.toString())).isZero();

        assertThat(out())
                .contains("model.safetensors: safetensors, 3 tensors")
                .contains("wpe.weight  F32   [32, 3]        384");
    }

    @Test
    void inspectEscapesControlCharacters() throws IOException {
        Path file = temporary.resolve("t.safetensors");
        SafetensorsWriter.write(
                file,
                Map.of("note", "\u001b[31m"),
                List.of(TensorSource.ofLongs("a\u001b[0m", List.of(1L), new long[] {1})));

        assertThat(run("inspect", file.toString())).isZero();

        assertThat(out()).contains("a\\u{1b}[0m").contains("\\u{1b}[31m").doesNotContain("\u001b");
    }

    @Test
    void inspectPrintsJson() throws IOException {
        Path model = TinyModel.write(temporary.resolve("m"));

        assertThat(
                        run(
                                "inspect",
                                "--format",
                                "json",
                                model.resolve("model.safetensors").toString()))
                .isZero();

        JsonObject file =
                JsonParser.parseString(out())
                        .getAsJsonObject()
                        .getAsJsonArray("files")
                        .get(0)
                        .getAsJsonObject();
        assertThat(file.getAsJsonArray("tensors")).hasSize(3);
        assertThat(file.getAsJsonObject("metadata").get("format").getAsString()).isEqualTo("pt");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "embed                        | expected texts or ids to embed, found none",
                "tokenize                     | expected a text to tokenize, found none",
                "embed --ids 1 text           | --ids: expected ids or texts, found both",
                "embed --ids 1,x              | row 0, column 1: expected an integer, found \"x\"",
                "embed --output e.txt text    | expected FILE.safetensors or FILE.npy",
                "embed --positions rope text  | rope",
                "tokenize --format xml text   | xml",
                "import x                     | --model",
                "inspect                      | DIR",
                "nonsense                     | nonsense"
            })
    void wrongUsageExitsWithTwoAndAMessage(String words, String message) {
        assertThat(run(words.split(" "))).isEqualTo(2);

        assertThat(err()).startsWith("forestage: ").contains(message).contains("Usage: forestage");
        assertThat(out()).isEmpty();
    }

    @Test
    void withoutACommandTheUsageIsPrinted() {
        assertThat(run()).isEqualTo(2);

        assertThat(err()).contains("Usage: forestage");
    }

    @Test
    void aFailureIsOneLineWithoutStackTrace() {
        assertThat(run("embed", "--model", temporary.resolve("nowhere").toString(), "a"))
                .isEqualTo(1);

        assertThat(err().lines()).hasSize(1);
        assertThat(err()).startsWith("forestage: ").contains("expected a model folder");
    }

    @Test
    void verboseShowsTheStackTrace() {
        assertThat(
                        run(
                                "embed",
                                "--verbose",
                                "--model",
                                temporary.resolve("nowhere").toString(),
                                "a"))
                .isEqualTo(1);

        assertThat(err()).contains("\tat io.forestage.");
    }

    @Test
    void anIdOutsideTheVocabularyIsReported() throws IOException {
        Path model = TinyModel.write(temporary.resolve("m"));

        assertThat(run("embed", "--model", model.toString(), "--ids", "1;2,60000")).isEqualTo(1);
        assertThat(err()).contains("found 60000 at [1, 1], expected 0 to 50256");
    }

    private int run(String... args) {
        return Forestage.run(out, err, args);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
