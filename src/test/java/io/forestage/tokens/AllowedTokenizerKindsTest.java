package io.forestage.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a tokenizer.json may say, and what becomes of it. */
class AllowedTokenizerKindsTest {

    private static final String JSON = TinyTokenizer.JSON.formatted("");
    private static final String BYTE_LEVEL =
            "{\"type\": \"ByteLevel\", \"add_prefix_space\": false, \"use_regex\": false}";

    private final Path folder;

    AllowedTokenizerKindsTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @ParameterizedTest
    @CsvSource({
        "Lowercase, HELLO, hello",
        "NFKC, ｈｅｌｌｏ, hello",
        "NFKD, ｈｅｌｌｏ, hello",
        "NFC, hello, hello",
        "NFD, hello, hello"
    })
    void aNormalizerComesBeforeTheModel(String type, String text, String token) throws IOException {
        String normalizer = "{\"type\": \"%s\"}".formatted(type);
        try (TextTokenizer tokenizer = open("\"normalizer\": null", "normalizer", normalizer)) {
            TokenSequence tokens = tokenizer.encode(text);
            assertThat(tokens.tokens()).containsExactly(token);
            assertThat(tokens.end(0)).isEqualTo(text.length());
        }
    }

    @Test
    void normalizersMayComeInASequence() throws IOException {
        String sequence =
                "{\"type\": \"Sequence\", \"normalizers\": [{\"type\": \"NFKC\"}, {\"type\":"
                        + " \"Lowercase\"}]}";
        try (TextTokenizer tokenizer = open("\"normalizer\": null", "normalizer", sequence)) {
            assertThat(tokenizer.encode("ＨELLO").tokens()).containsExactly("hello");
        }
    }

    @Test
    void aSequenceOfDigitsAndBytesKeepsTheText() throws IOException {
        String digits = "{\"type\": \"Digits\", \"individual_digits\": true}";
        try (TextTokenizer tokenizer = open(sequence(digits, BYTE_LEVEL))) {
            TokenSequence tokens = tokenizer.encode(" hello");
            assertThat(tokens.tokens()).containsExactly("Ġhello");
            assertThat(tokens.start(0)).isZero();
            assertThat(tokens.end(0)).isEqualTo(6);
            assertThat(tokenizer.decode(tokens.ids())).isEqualTo(" hello");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Whitespace", "WhitespaceSplit"})
    void whiteSpaceMayBeLeftAway(String type) throws IOException {
        String whitespace = "{\"type\": \"%s\"}".formatted(type);
        for (String json : List.of(whitespace, sequence(whitespace, BYTE_LEVEL))) {
            try (TextTokenizer tokenizer = open(json)) {
                TokenSequence tokens = tokenizer.encode("hello  he");
                assertThat(tokens.tokens()).containsExactly("hello", "he");
                assertThat(tokens.start(1)).isEqualTo(7);
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> tokenizer.encode("hello x"))
                        .withMessageContaining("U+0078 'x' at index 6");
            }
        }
    }

    @Test
    void withoutAPreTokenizerTheTextIsOneWord() throws IOException {
        try (TextTokenizer tokenizer = open("null")) {
            assertThat(tokenizer.encode("hellohe").tokens()).containsExactly("hello", "he");
        }
    }

    @Test
    void withoutADecoderTokensAreDecodedWithSpacesBetween() throws IOException {
        String json = JSON.replace("\"decoder\": {", "\"decoder\": null, \"x\": {");
        try (TextTokenizer tokenizer = TinyTokenizer.openJson(folder, json)) {
            assertThat(tokenizer.encode("hello hello").ids()).containsExactly(8, 9);
            assertThat(tokenizer.decode(8, 9)).isEqualTo("hello Ġhello");
            assertThat(tokenizer.decode()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\": \"BPEDecoder\", \"suffix\": \"</w>\"}",
                "{\"type\": \"Sequence\", \"decoders\": [{\"type\": \"ByteLevel\"}, {\"type\":"
                        + " \"Fuse\"}]}",
                "{}"
            })
    void tokensThatSpellBytesAreDecodedToThemWhateverTheDecoder(String decoder) throws IOException {
        String json =
                JSON.replace("\"decoder\": {", "\"decoder\": %s, \"x\": {".formatted(decoder));
        try (TextTokenizer tokenizer = TinyTokenizer.openJson(folder, json)) {
            assertThat(tokenizer.encode("hello hello").ids()).containsExactly(8, 9);
            assertThat(tokenizer.decode(8, 9)).isEqualTo("hello hello");
        }
    }

    @Test
    void aDecoderMayBeTheOnlyOneOfASequence() throws IOException {
        String json =
                JSON.replace(
                        "\"decoder\": {",
                        "\"decoder\": {\"type\": \"Sequence\", \"decoders\": [{\"type\":"
                                + " \"ByteLevel\"}]}, \"x\": {");
        try (TextTokenizer tokenizer = TinyTokenizer.openJson(folder, json)) {
            assertThat(tokenizer.decode(8, 9)).isEqualTo("hello hello");
        }
    }

    @Test
    void anEmptyAddedTokenIsNowhereInAText() throws IOException {
        String empty = TinyTokenizer.added(10, "", true);
        try (TextTokenizer tokenizer =
                TinyTokenizer.openJson(folder, TinyTokenizer.JSON.formatted(empty))) {
            assertThat(tokenizer.encode("hello").ids()).containsExactly(8);
            assertThat(tokenizer.vocabularySize()).isEqualTo(10);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\": \"ByteLevel\", \"add_prefix_space\": true, \"trim_offsets\": true}",
                "{\"type\": \"TemplateProcessing\", \"single\": \"nonsense\"}",
                "{\"type\": \"RobertaProcessing\", \"trim_offsets\": true, \"sep\": [\"h\", 0]}"
            })
    void aPostProcessorIsLeftOut(String postProcessor) throws IOException {
        try (TextTokenizer tokenizer =
                open("\"post_processor\": null", "post_processor", postProcessor)) {
            TokenSequence tokens = tokenizer.encode("hello hello");
            assertThat(tokens.ids()).containsExactly(8, 9);
            assertThat(tokens.start(1)).isEqualTo(5);
        }
    }

    @Test
    void unknownCharactersMayHaveAToken() throws IOException {
        String json =
                JSON.replace("\"unk_token\": null", "\"fuse_unk\": true, \"unk_token\": \"o\"");
        try (TextTokenizer tokenizer = TinyTokenizer.openJson(folder, json)) {
            TokenSequence tokens = tokenizer.encode("heéé");
            assertThat(tokens.tokens()).containsExactly("he", "o");
            assertThat(tokens.start(1)).isEqualTo(2);
            assertThat(tokens.end(1)).isEqualTo(4);
        }
    }

    @Test
    void gpt2sOwnFileDoesNotSayThatItIsBpe() throws IOException {
        String empty = "\"continuing_subword_prefix\": \"\", \"end_of_word_suffix\": \"\"";
        String json = JSON.replace("\"type\": \"BPE\", \"dropout\": 0.5", empty);
        try (TextTokenizer tokenizer = TinyTokenizer.openJson(folder, json)) {
            assertThat(tokenizer.encode("hello").ids()).containsExactly(8);
        }
    }

    @Test
    void mergesMayBePairs() throws IOException {
        int merges = JSON.indexOf("[\"h e\"");
        String json =
                JSON.substring(0, merges)
                        + JSON.substring(merges)
                                .replaceAll("\"(\\S+) (\\S+)\"", "[\"$1\", \"$2\"]");
        try (TextTokenizer tokenizer = TinyTokenizer.openJson(folder, json)) {
            assertThat(tokenizer.encode("hello hello").ids()).containsExactly(8, 9);
        }
    }

    @Test
    void whatTheLibraryDoesNotKnowEitherIsLeftOut() throws IOException {
        String json = JSON.replace("\"dropout\": 0.5", "\"dropout\": [1e999], \"new\": {\"a\": 1}");
        try (TextTokenizer tokenizer =
                TinyTokenizer.openJson(
                        folder, json.replace("{\"version\"", "{\"x\": 1e999, \"version\""))) {
            assertThat(tokenizer.encode("hello").ids()).containsExactly(8);
        }
    }

    @Test
    void anAddedTokenMayTakeWhiteSpaceAlong() throws IOException {
        String mask =
                TinyTokenizer.added(10, "<mask>", true)
                        .replace("\"lstrip\": false", "\"lstrip\": true");
        try (TextTokenizer tokenizer =
                TinyTokenizer.openJson(folder, TinyTokenizer.JSON.formatted(mask))) {
            TokenSequence tokens = tokenizer.encode("he  <mask>", SpecialTokens.RECOGNIZED);
            assertThat(tokens.ids()).containsExactly(5, 10);
            assertThat(tokens.start(1)).isEqualTo(2);
        }
    }

    @Test
    void addedTokensKeepTheirIdsBesideAVocabularyWithHoles() throws IOException {
        String added =
                TinyTokenizer.added(20, "<s>", true) + "," + TinyTokenizer.added(21, "<n>", false);
        String json =
                TinyTokenizer.JSON
                        .formatted(added)
                        .replace("\"hello\": 8,", "\"hello\": 8, \"<s>\": 20,");
        try (TextTokenizer tokenizer = TinyTokenizer.openJson(folder, json)) {
            for (SpecialTokens specialTokens : SpecialTokens.values()) {
                assertThat(tokenizer.encode("he<n>", specialTokens).ids()).containsExactly(5, 21);
            }
        }
    }

    private static String sequence(String first, String second) {
        return "{\"type\": \"Sequence\", \"pretokenizers\": [%s, %s]}".formatted(first, second);
    }

    private TextTokenizer open(String preTokenizer) throws IOException {
        return TinyTokenizer.openJson(
                folder,
                JSON.replace(
                        "\"pre_tokenizer\": {",
                        "\"pre_tokenizer\": %s, \"x\": {".formatted(preTokenizer)));
    }

    private TextTokenizer open(String member, String name, String value) throws IOException {
        return TinyTokenizer.openJson(
                folder, JSON.replace(member, "\"%s\": %s".formatted(name, value)));
    }
}
