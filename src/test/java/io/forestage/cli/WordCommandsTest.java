package io.forestage.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code nearest}, {@code similarity} and {@code evaluate}, of a file and of a model made of it.
 */
class WordCommandsTest {

    private static final Offset<Double> ROUNDING = within(1e-6);

    private static final String ONE_HOT =
            "As one-hot vectors, any two different words have cosine 0 and distance 1.414 (√2): ids"
                    + " say nothing about meaning.";

    @TempDir Path temporary;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private String vectors;
    private String model;

    @BeforeEach
    void write() throws IOException {
        vectors =
                Files.writeString(
                                temporary.resolve("words.txt"),
                                "king 2 2 0\nman 0 3 0\nqueen 5 0 5\nwoman 0 0 1\nx 1 0 0\n")
                        .toString();
        model = temporary.resolve("model").toString();
        assertThat(run("import", "--from-words", vectors, "--model", model)).isZero();
        assertThat(out().lines())
                .containsExactly(
                        "taken     5 of 5 words, as rows of 3 values of 50257 tokens",
                        "random    50252 rows, recorded as not trained",
                        "wrote     " + model);
        out.reset();
    }

    @Test
    void nearestOfAFilePrintsItsWords() {
        assertThat(run("nearest", "--vectors", vectors, "king", "-", "man", "+", "woman")).isZero();

        assertThat(out().lines())
                .containsExactly(
                        "id  word     cosine", " 2  \"queen\"   0.959", " 4  \"x\"       0.562");
        assertThat(err()).isEmpty();
    }

    @Test
    void nearestOfAModelPrintsItsTokensAndWhatItLeftOut() {
        assertThat(run("nearest", "--model", model, "king - man + woman", "--count", "1")).isZero();

        assertThat(out().lines())
                .containsExactly("   id  token     cosine", "16599  \" queen\"   0.959");
        assertThat(err())
                .isEqualTo(
                        "left out 50252 of 50257 tokens, which the training text does not have\n");
    }

    @Test
    void nearestTakesIdsAndPieces() {
        assertThat(run("nearest", "--model", model, "--id", "5822", "--count", "1")).isZero();
        assertThat(run("nearest", "--vectors", vectors, "--piece", "king", "--count", "1"))
                .isZero();

        assertThat(out()).contains("582  \" man\"   0.707", " 1  \"man\"   0.707");
    }

    @Test
    void nearestAsJsonIsOneObject() {
        assertThat(
                        run(
                                "nearest",
                                "--model",
                                model,
                                "--format",
                                "json",
                                "--count",
                                "1",
                                "king",
                                "-",
                                "man"))
                .isZero();

        JsonObject json = JsonParser.parseString(out()).getAsJsonObject();
        assertThat(json.keySet()).containsExactly("plus", "minus", "nearest", "left_out");
        assertThat(json.getAsJsonArray("plus").get(0))
                .hasToString(
                        "{\"word\":\"king\",\"rows\":[{\"id\":5822,\"token\":\"Ġking\",\"text\":\""
                                + " king\"}],\"mean\":false}");
        JsonObject found = json.getAsJsonArray("nearest").get(0).getAsJsonObject();
        assertThat(found.get("token").getAsString()).isEqualTo("Ġx");
        assertThat(found.get("cosine").getAsDouble())
                .isCloseTo(Math.cos(Math.PI / 8), ROUNDING); // half-way to −45°
        assertThat(json.get("left_out").getAsInt()).isEqualTo(50252);
        assertThat(err()).isEmpty();
    }

    /** 2·5 / √8 / √50 = 0.5 and √(9 + 4 + 25) = 6.164. */
    @Test
    void similarityPrintsEachPairAndTheOneHotLine() {
        assertThat(run("similarity", "--vectors", vectors, "king", "queen", "man")).isZero();

        assertThat(out().lines())
                .containsExactly(
                        "word     other    cosine  distance",
                        "\"king\"   \"queen\"   0.500     6.164",
                        "\"king\"   \"man\"     0.707     2.236",
                        "\"queen\"  \"man\"     0.000     7.681",
                        ONE_HOT);
    }

    /** Of " king", "x": in this model, only the first was trained. */
    @Test
    void similarityNamesAWordThatIsAMean() throws IOException {
        assertThat(run("similarity", "--model", "models/nano", "king", "xylograph")).isZero();

        assertThat(out().lines().skip(2))
                .containsExactly(
                        "\"xylograph\" is 3 tokens, \" x\" \"yl\" \"ograph\"; its vector is their"
                                + " mean",
                        ONE_HOT);
    }

    @Test
    void similarityAsJsonIsOneObject() {
        assertThat(run("similarity", "--vectors", vectors, "--format", "json", "king", "queen"))
                .isZero();

        JsonObject json = JsonParser.parseString(out()).getAsJsonObject();
        assertThat(json.keySet()).containsExactly("words", "pairs", "one_hot");
        JsonObject pair = json.getAsJsonArray("pairs").get(0).getAsJsonObject();
        assertThat(pair.get("cosine").getAsDouble()).isCloseTo(0.5, ROUNDING);
        assertThat(pair.get("distance").getAsDouble()).isCloseTo(Math.sqrt(38), ROUNDING);
        assertThat(json.getAsJsonObject("one_hot").get("distance").getAsDouble())
                .isEqualTo(Math.sqrt(2));
    }

    @Test
    void evaluateAnalogiesPrintsSectionsAndATotal() throws IOException {
        String questions =
                Files.writeString(
                                temporary.resolve("q.txt"),
                                """
                                : family
                                man king woman queen
                                man king woman x
                                a b c d
                                : none
                                """)
                        .toString();

        for (String[] source : new String[][] {{"--vectors", vectors}, {"--model", model}}) {
            out.reset();
            assertThat(run("evaluate", "analogies", source[0], source[1], questions)).isZero();
            assertThat(out().lines())
                    .containsExactly(
                            "section  questions  asked  correct  accuracy",
                            "family           3      2        1     50.0%",
                            "none             0      0        0         -",
                            "total            3      2        1     50.0%");
        }
        out.reset();
        assertThat(
                        run(
                                "evaluate",
                                "analogies",
                                "--vectors",
                                vectors,
                                "--format",
                                "json",
                                questions))
                .isZero();
        JsonObject json = JsonParser.parseString(out()).getAsJsonObject();
        assertThat(json.getAsJsonObject("total"))
                .hasToString(
                        "{\"name\":\"total\",\"questions\":3,\"asked\":2,\"correct\":1,\"accuracy\":0.5}");
        assertThat(json.getAsJsonArray("sections").get(1).getAsJsonObject().has("accuracy"))
                .isFalse();
    }

    @Test
    void evaluateSimilarityTakesFilesToo() throws IOException {
        String pairs =
                Files.writeString(temporary.resolve("p.txt"), "king man 9\nking queen 5\nman x 1\n")
                        .toString();

        assertThat(run("evaluate", "similarity", "--vectors", vectors, pairs)).isZero();
        assertThat(out())
                .startsWith("file   pairs  used  untrained  Spearman  random vectors\n")
                .contains("\np.txt      3     3          0     1.000       0 ± ");
        out.reset();
        assertThat(
                        run(
                                "evaluate",
                                "similarity",
                                "--vectors",
                                vectors,
                                "--format",
                                "json",
                                pairs,
                                pairs))
                .isZero();
        assertThat(out().lines()).hasSize(2).allMatch(line -> line.contains("\"spearman\":1.0"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "similarity --vectors V king | 2 | WORD: expected two or more words to compare,"
                        + " found 1",
                "similarity --vectors V king King | 1 | \"King\": expected one of the 5 words of",
                "nearest --vectors V --model M king | 2 | expected --model or --vectors, found"
                        + " both",
                "nearest --vectors V | 1 | WORD: expected a word to add, found none",
                "nearest --vectors V king --count 0 | 1 | expected a count of at least 1, found 0",
                "nearest --vectors V --id 9 | 1 | id 9: expected the number of a word",
                "nearest --model M cat | 1 | \"cat\": expected a word that the model was trained"
                        + " on",
                "nearest --model M --id 7 | 1 | id 7: expected a word that the model was trained"
                        + " on",
                "evaluate analogies --vectors V --first 0 V | 2 | --first: expected 1 or more",
                "import --model X | 2 | SOURCE: expected a model or --from-words FILE, found"
                        + " neither",
                "import --model X --from-words V gpt2 | 2 | found both",
                "import --model X --seed 3 gpt2 | 2 | expected --from-words FILE too",
                "inspect | 2 | DIR: expected a model folder or file, or --sizes, found neither",
                "tokenize --count --format ids a | 2 | expected table or json with --count",
                "export M --format vec --output X | 2 | expected one of safetensors, npz, params,"
                        + " word2vec, word2vec-text, glove, projector, found \"vec\""
            })
    void whatIsWrongIsSaidInOneLine(String words, int status, String message) {
        String[] arguments =
                words.replace(" V", " " + vectors)
                        .replace(" M", " " + model)
                        .replace(" X", " " + temporary.resolve("x"))
                        .split(" ");

        assertThat(run(arguments)).isEqualTo(status);

        assertThat(err().lines().findFirst().orElseThrow())
                .startsWith("forestage: ")
                .contains(message);
        assertThat(out()).isEmpty();
    }

    @Test
    void exportImportAndVerifyReportAsJson() throws IOException {
        String file = temporary.resolve("w.bin").toString();
        String back = temporary.resolve("back").toString();

        assertThat(
                        run(
                                "export",
                                model,
                                "--format",
                                "word2vec",
                                "--output",
                                file,
                                "--report",
                                "json"))
                .isZero();
        assertThat(run("import", model, "--model", back, "--format", "json")).isZero();
        assertThat(
                        run(
                                "import",
                                "--from-words",
                                file,
                                "--model",
                                back,
                                "--force",
                                "--format",
                                "json"))
                .isZero();
        assertThat(run("verify", back, "--format", "json")).isZero();

        JsonArray lines = new JsonArray();
        out().lines().forEach(line -> lines.add(JsonParser.parseString(line)));
        assertThat(lines).hasSize(4);
        assertThat(lines.get(0).getAsJsonObject().get("bytes").getAsLong())
                .isEqualTo(Files.size(Path.of(file)));
        assertThat(lines.get(0).getAsJsonObject().get("format").getAsString())
                .isEqualTo("word2vec");
        assertThat(lines.get(1).getAsJsonObject().keySet())
                .containsExactly(
                        "model",
                        "loaded",
                        "blocks",
                        "left_out",
                        "left_out_bytes",
                        "cut_rows",
                        "missing",
                        "sha256",
                        "notes",
                        "files");
        assertThat(lines.get(2).getAsJsonObject().get("taken").getAsInt()).isEqualTo(5);
        assertThat(lines.get(2).getAsJsonObject().get("spelled_as_tokens").getAsBoolean()).isTrue();
        JsonObject table =
                lines.get(3).getAsJsonObject().getAsJsonArray("tables").get(0).getAsJsonObject();
        assertThat(table.get("sha256")).isEqualTo(table.get("recorded"));
    }

    @Test
    void embedAsJsonIsALineForEachText() {
        assertThat(run("embed", "--model", model, "--format", "json", " king", "")).isZero();

        assertThat(out().lines())
                .containsExactly(
                        "{\"text\":\""
                                + " king\",\"ids\":[5822],\"tokens\":[\"Ġking\"],\"positions\":[0],"
                                + "\"embeddings\":[[2.0,2.0,0.0]]}",
                        "{\"text\":\"\",\"ids\":[],\"tokens\":[],\"positions\":[],\"embeddings\":[]}");
    }

    @Test
    void tokenizeCounts() {
        assertThat(run("tokenize", "--count", "Hello wörld,", "it is")).isZero();
        assertThat(run("tokenize", "--count", "--format", "json", "Hello wörld,", "it is"))
                .isZero();

        assertThat(out().lines())
                .containsExactly(
                        "texts  characters  bytes  words  tokens  tokens/word  bytes/token",
                        "    2          17     18      4       7         1.75         2.57",
                        "{\"texts\":2,\"characters\":17,\"bytes\":18,\"words\":4,\"tokens\":7,"
                                + "\"tokens_per_word\":1.75,\"bytes_per_token\":"
                                + 18 / 7.0
                                + "}");
    }

    @Test
    void inspectShowsTheSizesOfGpt2() {
        assertThat(run("inspect", "--sizes")).isZero();
        assertThat(out().lines().skip(1).findFirst())
                .hasValue(
                        "gpt2             12    768  38,597,376    786,432     85,054,464     "
                                + " 1,536    124,439,808");
        out.reset();

        assertThat(run("inspect", "--sizes", "--format", "json")).isZero();
        JsonArray sizes = JsonParser.parseString(out()).getAsJsonObject().getAsJsonArray("sizes");
        assertThat(sizes.get(3).getAsJsonObject().get("total").getAsLong())
                .isEqualTo(1_557_611_200L);
    }

    private int run(String... arguments) {
        return Forestage.run(out, err, arguments);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
