package io.forestage.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files in good order at which the native library ends the process, takes minutes or loses
 * something: refused by name, before it sees them.
 */
class RefusedTokenizerKindsTest {

    private static final String JSON = TinyTokenizer.JSON.formatted("");
    private static final String PRE_TOKENIZER = "{\"type\": \"ByteLevel\", \"add_prefix_space\": ";
    private static final String BYTE_LEVEL = PRE_TOKENIZER + "false}";

    private final Path folder;

    RefusedTokenizerKindsTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @ParameterizedTest
    @ValueSource(strings = {"WordPiece", "WordLevel", "Unigram", "Nonsense"})
    void anotherModel(String type) throws IOException {
        assertThat(refusal(JSON.replace("\"BPE\"", '"' + type + '"')))
                .contains("$.model.type: expected BPE, found " + type);
    }

    @Test
    void aModelThatDoesNotSayWhatItIs() throws IOException {
        String model = "{\"model\": {\"vocab\": {\"a\": 0}}}";
        assertThat(refusal(model)).contains("$.model.type: expected BPE, found no type");
    }

    @Test
    void aPrefixThatIsCutOffShorterTokens() throws IOException {
        assertThat(refusal(model("\"continuing_subword_prefix\": \"####\"")))
                .contains("$.model.continuing_subword_prefix", "found \"####\"");
    }

    @Test
    void aSuffixThatIsCopiedForEveryWord() throws IOException {
        assertThat(refusal(model("\"end_of_word_suffix\": \"</w>\"")))
                .contains("$.model.end_of_word_suffix", "found \"</w>\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"byte_fallback", "ignore_merges"})
    void aSettingThatIsOn(String name) throws IOException {
        assertThat(refusal(model('"' + name + "\": true")))
                .contains("$.model." + name + ": expected false, found true");
        assertThat(refusal(model('"' + name + "\": \"true\""))).contains("true, false or null");
    }

    @Test
    void anUnknownTokenThatIsItselfUnknown() throws IOException {
        String json = JSON.replace("\"unk_token\": null", "\"unk_token\": \"<unk>\"");
        assertThat(refusal(json)).contains("$.model.unk_token", "found \"<unk>\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\": \"Replace\", \"pattern\": {\"Regex\": \"(a+)+$\"}, \"content\": \"\"}",
                "{\"type\": \"Precompiled\", \"precompiled_charsmap\": \"AAAA\"}",
                "{\"type\": \"Prepend\", \"prepend\": \"aa\"}",
                "{\"type\": \"Strip\", \"strip_left\": true, \"strip_right\": true}",
                "{\"type\": \"ByteLevel\"}",
                "{\"strip_left\": true, \"strip_right\": true}",
                "{\"type\": \"Nonsense\"}"
            })
    void anotherNormalizer(String normalizer) throws IOException {
        assertThat(refusal(normalizer(normalizer)))
                .contains("$.normalizer.type", "NFC, NFD, NFKC, NFKD, Lowercase, null");
        assertThat(refusal(normalizer(sequence("normalizers", "{\"type\":\"NFC\"}", normalizer))))
                .contains("$.normalizer.normalizers[1].type", "NFC, NFD, NFKC, NFKD, Lowercase");
    }

    @Test
    void normalizersThatEachMakeAHundredCharactersOfOne() throws IOException {
        String replace =
                "{\"type\": \"Replace\", \"pattern\": {\"String\": \"a\"}, \"content\": \"%s\"}"
                        .formatted("a".repeat(100));
        String[] six = Collections.nCopies(6, replace).toArray(String[]::new);
        assertThat(refusal(normalizer(sequence("normalizers", six))))
                .contains("$.normalizer.normalizers[0].type", "found Replace");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\": \"FixedLength\", \"length\": 0}",
                "{\"type\": \"Split\", \"pattern\": {\"Regex\": \"(a+)+$\"}, \"behavior\":"
                        + " \"Isolated\", \"invert\": false}",
                "{\"type\": \"Split\", \"pattern\": {\"String\": \"\"}, \"behavior\":"
                        + " \"Isolated\", \"invert\": false}",
                "{\"type\": \"Metaspace\", \"replacement\": \"x\"}",
                "{\"type\": \"CharDelimiterSplit\", \"delimiter\": \"x\"}",
                "{\"type\": \"Nonsense\"}",
                "{\"add_prefix_space\": false, \"trim_offsets\": true}"
            })
    void anotherPreTokenizer(String preTokenizer) throws IOException {
        String expected = "ByteLevel, Digits, Whitespace, WhitespaceSplit";
        assertThat(refusal(preTokenizer(preTokenizer)))
                .contains("$.pre_tokenizer.type", expected + ", null");
        assertThat(refusal(preTokenizer(sequence("pretokenizers", BYTE_LEVEL, preTokenizer))))
                .contains("$.pre_tokenizer.pretokenizers[1].type", expected);
    }

    @Test
    void aPreTokenizerThatDoublesWhatItMadeBefore() throws IOException {
        String[] many = Collections.nCopies(16, BYTE_LEVEL).toArray(String[]::new);
        assertThat(refusal(preTokenizer(sequence("pretokenizers", many))))
                .contains("$.pre_tokenizer.pretokenizers[1]", "each kind once", "ByteLevel again");
    }

    @Test
    void aSequenceInASequenceAndOneWithoutEnd() throws IOException {
        String inner = sequence("pretokenizers", BYTE_LEVEL);
        assertThat(refusal(preTokenizer(sequence("pretokenizers", inner))))
                .contains("$.pre_tokenizer.pretokenizers[0].type", "found Sequence");
        String[] many = Collections.nCopies(1000, BYTE_LEVEL).toArray(String[]::new);
        assertThat(refusal(preTokenizer(sequence("pretokenizers", many)))).contains("16 parts");
    }

    @Test
    void aSettingThatIsNeitherTrueNorFalse() throws IOException {
        assertThat(refusal(preTokenizer(PRE_TOKENIZER + "\"yes\"}")))
                .contains("$.pre_tokenizer.add_prefix_space", "true or false, found a string");
        assertThat(refusal(preTokenizer("{\"type\": \"ByteLevel\"}"))).contains("found nothing");
        assertThat(refusal(preTokenizer(PRE_TOKENIZER + "true, \"use_regex\": null}")))
                .contains("$.pre_tokenizer.use_regex", "found null");
        assertThat(refusal(preTokenizer("\"ByteLevel\""))).contains("an object or null");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\": \"Strip\", \"content\": \"a\", \"start\": 1, \"stop\": 1}",
                "{\"type\": \"WordPiece\", \"prefix\": \"##\", \"cleanup\": true}",
                "{\"type\": \"Replace\", \"pattern\": {\"Regex\": \"(a+)+$\"}, \"content\": \"\"}",
                "{}"
            })
    void anotherDecoderOfTokensThatDoNotSpellBytes(String decoder) throws IOException {
        String words = preTokenizer("{\"type\": \"Whitespace\"}");
        assertThat(
                        refusal(
                                words.replace(
                                        "\"decoder\": {",
                                        "\"decoder\": %s, \"y\": {".formatted(decoder))))
                .contains("$.decoder.type: expected ByteLevel or null, found");
    }

    @Test
    void anAddedTokenThatIsLong() throws IOException {
        assertThat(refusal(added(TinyTokenizer.added(10, "x".repeat(257), true))))
                .contains("1 to 256 characters, found 257");
    }

    @Test
    void anAddedTokenTwice() throws IOException {
        String twice =
                TinyTokenizer.added(8, "hello", true)
                        + ", "
                        + TinyTokenizer.added(8, "hello", false);
        assertThat(refusal(added(twice))).contains("each added token once", "\"hello\" again");
    }

    @Test
    void moreAddedTokensThanTheLibraryAddsInASecond() throws IOException {
        String many =
                IntStream.rangeClosed(10, 10_010)
                        .mapToObj(id -> TinyTokenizer.added(id, "<" + id + ">", false))
                        .collect(Collectors.joining(","));
        assertThat(refusal(added(many))).contains("at most 10000 added tokens");
    }

    @Test
    void anAddedTokenBehindWhatAnyTableCanHold() throws IOException {
        String id = TinyTokenizer.added(10, "<x>", true).replace("10", "2147483648");
        assertThat(refusal(added(id))).contains("0 to 1048575", "found 2147483648");
    }

    @ParameterizedTest
    @ValueSource(strings = {"lstrip", "rstrip"})
    void addedTokensThatWouldOverlap(String strip) throws IOException {
        String stripping =
                TinyTokenizer.added(10, "<a>", false)
                        .replace('"' + strip + "\": false", '"' + strip + "\": true");
        for (String space : new String[] {" ", "x\\n", "\\u0085x", "\\u00a0", "\\u00b4"}) {
            assertThat(refusal(added(stripping + "," + TinyTokenizer.added(11, space, false))))
                    .contains("neither start nor end with white space");
        }
    }

    private static String model(String setting) {
        return JSON.replace("\"dropout\": 0.5", setting);
    }

    private static String normalizer(String normalizer) {
        return JSON.replace("\"normalizer\": null", "\"normalizer\": " + normalizer);
    }

    private static String preTokenizer(String preTokenizer) {
        return JSON.replace(
                "\"pre_tokenizer\": {", "\"pre_tokenizer\": %s, \"x\": {".formatted(preTokenizer));
    }

    private static String sequence(String partsName, String... parts) {
        return "{\"type\": \"Sequence\", \"%s\": [%s]}"
                .formatted(partsName, String.join(", ", parts));
    }

    private static String added(String tokens) {
        return TinyTokenizer.JSON.formatted(tokens);
    }

    private String refusal(String json) {
        TokenizerFileException error =
                catchThrowableOfType(
                        TokenizerFileException.class,
                        () -> TinyTokenizer.openJson(folder, json).close());
        assertThat(error).isNotNull();
        assertThat(error.getMessage()).contains("tokenizer.json, ", ": expected ", "; ");
        return String.valueOf(error.getMessage());
    }
}
