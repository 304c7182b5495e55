package io.forestage.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Which tokenizer a folder has, by all of its files. The ids are those of transformers 5.24's
 * AutoTokenizer; {@code scripts/check-peers} compares the same kinds again.
 */
class TokenizerFolderTest {

    private static final String MERGES = "#version: 0.2\nh e\nl l\nhe ll\nhell o\n\u0120 hello\n";
    private static final int SIZE = 261;
    private static final int HELLO = 259;
    private static final int SPACE_HELLO = 260;

    private final Path folder;
    private final JsonObject vocabulary;

    TokenizerFolderTest(@TempDir Path folder) {
        this.folder = folder;
        ByteVocabulary made =
                new ByteVocabulary()
                        .merge("h", "e")
                        .merge("l", "l")
                        .merge("he", "ll")
                        .merge("hell", "o")
                        .merge("\u0120", "hello");
        vocabulary =
                JsonParser.parseString(made.json())
                        .getAsJsonObject()
                        .getAsJsonObject("model")
                        .getAsJsonObject("vocab");
    }

    @BeforeEach
    void writeVocabulary() throws IOException {
        write("vocab.json", vocabulary.toString());
        write("merges.txt", MERGES);
    }

    @Test
    void addedTokensJsonAddsTokensThatAreNotSpecial() throws IOException {
        write("added_tokens.json", "{\"<|bot|>\": 262, \"<|user|>\": 261}");
        assertThat(ids("<|user|>hello<|bot|>")).containsExactly(261, HELLO, 262);
        assertThat(specialIds("<|user|>hello<|bot|>")).containsExactly(261, HELLO, 262);
    }

    @Test
    void theEndOfTextIsSpecialWhereverItIsAdded() throws IOException {
        write("added_tokens.json", "{\"<|endoftext|>\": 261}");
        assertThat(specialIds("<|endoftext|>")).containsExactly(261);
        assertThat(ids("<|endoftext|>")).hasSize(13);
    }

    @Test
    void theDecoderOfTheConfigAddsTokens() throws IOException {
        write(
                "tokenizer_config.json",
                "{\"added_tokens_decoder\": {\"262\": {\"content\": \"<n>\"}, \"261\":"
                        + " {\"content\": \"<s>\", \"special\": true}}}");
        assertThat(specialIds("<s>hello<n>")).containsExactly(261, HELLO, 262);
        assertThat(ids("<s>hello<n>")).containsExactly('<', 's', '>', HELLO, 262);
    }

    @Test
    void withADecoderTheOlderFilesAreNotRead() throws IOException {
        write(
                "tokenizer_config.json",
                "{\"added_tokens_decoder\": {\"261\": {\"content\": \"<s>\"}}}");
        write("added_tokens.json", "{\"<x>\": 261}");
        write("special_tokens_map.json", "{\"pad_token\": \"<x>\"}");
        assertThat(specialIds("<s><x>")).containsExactly(261, '<', 'x', '>');
    }

    @Test
    void aSpecialTokenOfTheVocabularyKeepsItsId() throws IOException {
        vocabulary.addProperty("</s>", SIZE);
        write("vocab.json", vocabulary.toString());
        write("special_tokens_map.json", "{\"eos_token\": \"</s>\"}");
        assertThat(specialIds("hello</s>")).containsExactly(HELLO, SIZE);
        assertThat(ids("hello</s>")).containsExactly(HELLO, '<', '/', 's', '>');
    }

    @Test
    void specialTokensThatTheVocabularyLacksFollowItInTheOrderOfTheirRoles() throws IOException {
        write(
                "special_tokens_map.json",
                "{\"additional_special_tokens\": [\"<x>\"], \"pad_token\": \"<p>\", \"bos_token\":"
                        + " {\"content\": \"<b>\", \"lstrip\": true}}");
        assertThat(specialIds("hello  <b><p><x>")).containsExactly(HELLO, 261, 262, 263);
    }

    @Test
    void aSpaceIsPutBeforeTheTextIfTheConfigSaysSo() throws IOException {
        write(
                "tokenizer_config.json",
                "{\"tokenizer_class\": \"GPT2Tokenizer\", \"add_prefix_space\": true}");
        assertThat(ids("hello")).containsExactly(SPACE_HELLO);
        assertThat(ids(" hello")).containsExactly(SPACE_HELLO);
    }

    @ParameterizedTest
    @CsvSource({
        "GPT2Tokenizer, false, true, true",
        "GPT2TokenizerFast, true, false, false",
        "PreTrainedTokenizerFast, false, true, false",
        "TokenizersBackend, true, false, true"
    })
    void theClassDecidesWhetherTheConfigOrTokenizerJsonSaysSo(
            String name, boolean file, boolean config, boolean right) throws IOException {
        writeTokenizerJson("\"add_prefix_space\": false", "\"add_prefix_space\": " + file);
        write(
                "tokenizer_config.json",
                "{\"tokenizer_class\": \"%s\", \"add_prefix_space\": %s}".formatted(name, config));
        assertThat(ids("hello")).containsExactly(right ? SPACE_HELLO : HELLO);
    }

    @Test
    void theFilesBesideATokenizerJsonCountToo() throws IOException {
        writeTokenizerJson("", "");
        write("added_tokens.json", "{\"<n>\": 261}");
        write("special_tokens_map.json", "{\"pad_token\": \"<p>\"}");
        assertThat(specialIds("hello<n><p>")).containsExactly(HELLO, 261, 262);
        assertThat(ids("<n>hello")).containsExactly(261, HELLO);
    }

    @Test
    void aFileThatGivesATokenAnotherIdIsRefused() throws IOException {
        write("added_tokens.json", "{\"<n>\": 270}");
        assertThat(refusal()).contains("added_tokens.json", "\"<n>\"", "expected id 261", "270");
        write("added_tokens.json", "{\"hello\": 3}");
        assertThat(refusal()).contains("expected id 259", "found id 3");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"added_tokens_decoder\": {\"x\": {\"content\": \"a\"}}}",
                "{\"added_tokens_decoder\": {\"261\": {}}}",
                "{\"added_tokens_decoder\": []}",
                "{\"add_prefix_space\": \"yes\"}",
                "{\"bos_token\": 3}",
                "{\"extra_special_tokens\": 3}",
                "[]"
            })
    void aConfigThatIsNoneIsRefusedByName(String json) throws IOException {
        write("tokenizer_config.json", json);
        assertThat(refusal()).contains("tokenizer_config.json, line 1", "expected", "; ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\r\n", "\r", "\n\n", "\n \n"})
    void mergesMayHaveTheLineBreaksOfAnySystem(String lineBreak) throws IOException {
        write("merges.txt", "\uFEFF" + MERGES.replace("\n", lineBreak) + lineBreak);
        assertThat(ids("hello hello")).containsExactly(HELLO, SPACE_HELLO);
    }

    @Test
    void aBpeOverCharactersIsRefused() throws IOException {
        write("vocab.json", "{\"h\": 0, \"i</w>\": 1, \"hi</w>\": 2, \"i\": 3, \"\u0120\": 4}");
        write("merges.txt", "h i</w>\n");
        assertThat(refusal()).contains("vocab.json, tokens", "\"i</w>\", a unit");
    }

    /** Whether it means bytes or characters: the ids are the same, and a space has none. */
    @Test
    void aVocabularyWithoutTheSpaceIsReadForTextsWithoutOne() throws IOException {
        write("vocab.json", "{\"h\": 0, \"i\": 1, \"hi\": 2}");
        write("merges.txt", "h i\n");
        assertThat(ids("hih")).containsExactly(2, 0);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ids("hi hi"))
                .withMessageContaining("U+0020 ' ' at index 2 is not in this vocabulary");
    }

    @Test
    void anExportOfSentencePieceIsRefused() throws IOException {
        write("vocab.json", "{\"\u2581\": 0, \"h\": 1, \"\u2581h\": 2, \"\u0120\": 3}");
        write("merges.txt", "\u2581 h\n");
        assertThat(refusal()).contains("a character of no byte");
    }

    @Test
    void aDeclaredTokenMayBeACharacterOfNoByte() throws IOException {
        vocabulary.addProperty("\u2581", SIZE);
        write("vocab.json", vocabulary.toString());
        assertThat(refusal()).contains("a character of no byte");
        write("special_tokens_map.json", "{\"pad_token\": \"\u2581\"}");
        assertThat(specialIds("hello\u2581")).containsExactly(HELLO, SIZE);
    }

    @Test
    void aMergesTxtWithoutMergesIsRefused() throws IOException {
        write("merges.txt", "#version: 0.2\n");
        assertThat(refusal()).contains("merges.txt, whole file", "none for 5", "fetch merges.txt");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sp.model",
                "spiece.model",
                "tokenizer.model",
                "vocab.txt",
                "sentencepiece.bpe.model",
                "source.spm",
                "qwen.tiktoken"
            })
    void aFolderWithTheFileOfAnotherTokenizerDoesNotGetGpt2sVocabulary(String name)
            throws IOException {
        deleteVocabulary();
        write(name, "x");
        assertThat(refusal()).contains(name, "another kind of tokenizer");
    }

    @ParameterizedTest
    @ValueSource(strings = {"T5Tokenizer", "BertTokenizerFast", "XLNetTokenizer", "NewTokenizer"})
    void aClassOfAnotherKindIsRefused(String name) throws IOException {
        String json = "{\"tokenizer_class\": \"%s\"}".formatted(name);
        write("tokenizer_config.json", json);
        assertThat(refusal()).contains("tokenizer_config.json, $.tokenizer_class", name);
        Files.delete(folder.resolve("tokenizer_config.json"));
        write("config.json", json);
        assertThat(refusal()).contains("config.json, $.tokenizer_class", name);
        deleteVocabulary();
        assertThat(refusal()).contains("config.json, $.tokenizer_class", name);
    }

    @Test
    void gpt2sOwnVocabularyIsTakenIfNothingSaysOtherwise() throws IOException {
        deleteVocabulary();
        write("config.json", "{\"model_type\": \"gpt2\"}");
        assertThat(ids("Hello")).containsExactly(15496);
        write("tokenizer_config.json", "{\"tokenizer_class\": \"GPT2Tokenizer\"}");
        assertThat(ids("Hello")).containsExactly(15496);
        write("r50k_base.tiktoken", "GPT-2's own, which is not read");
        assertThat(ids("Hello")).containsExactly(15496);
        write("tokenizer_config.json", "{\"tokenizer_class\": \"PreTrainedTokenizerFast\"}");
        assertThat(refusal()).contains("GPT2Tokenizer, as there is no tokenizer.json");
    }

    @ParameterizedTest
    @CsvSource({"checkpoint-20, .", "weights, tokenizer", "., tokenizer"})
    void gpt2sOwnIsNotTakenIfTheModelsLiesInTheUsualOtherPlace(String weights, String tokenizer)
            throws IOException {
        Path model = Files.createDirectories(folder.resolve(weights));
        Path place = Files.createDirectories(folder.resolve(tokenizer));
        if (!tokenizer.equals(".")) {
            Files.move(folder.resolve("vocab.json"), place.resolve("vocab.json"));
            Files.move(folder.resolve("merges.txt"), place.resolve("merges.txt"));
        }
        assertThatThrownBy(() -> TextTokenizer.fromFolder(model.normalize()))
                .isInstanceOf(TokenizerFileException.class)
                .hasMessageContaining("found a tokenizer's files only in")
                .hasMessageContaining("copy them into this folder");
    }

    @Test
    void aTokenizerInAnUnrelatedFolderAboveIsNotLookedAt() throws IOException {
        Path model = Files.createDirectories(folder.resolve("gpt2"));
        try (TextTokenizer tokenizer = TextTokenizer.fromFolder(model)) {
            assertThat(tokenizer.encode("Hello").ids()).containsExactly(15496);
        }
    }

    @Test
    void aGitLfsPointerIsCalledThat() throws IOException {
        write("tokenizer.json", "version https://git-lfs.github.com/spec/v1\noid sha256:0\n");
        assertThat(refusal()).contains("a Git LFS pointer", "git lfs pull");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"byte_fallback\": true",
                "\"ignore_merges\": true",
                "\"unk_token\": \"\"",
                "\"unk_token\": \"[UNK]\""
            })
    void aSettingThatChangesNothingIsAllowed(String setting) throws IOException {
        writeTokenizerJson("\"type\": \"BPE\"", "\"type\": \"BPE\", " + setting);
        assertThat(ids("hello \u00e9")).containsExactly(HELLO, ' ', 0xC3, 0xA9);
    }

    @Test
    void mergesMayNotBeIgnoredIfATokenHasNone() throws IOException {
        writeTokenizerJson("\"hello\":259", "\"hello\":259,\"xyz\":261");
        String json = Files.readString(folder.resolve("tokenizer.json"));
        assertThat(ids("xyz")).containsExactly('x', 'y', 'z');
        write(
                "tokenizer.json",
                json.replace("\"type\": \"BPE\"", "\"type\": \"BPE\", \"ignore_merges\": true"));
        assertThat(refusal()).contains("$.model.ignore_merges", "\"xyz\", which merges do not");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'s|'t|'re|'ve|'m|'ll|'d| ?\\\\p{L}+| ?\\\\p{N}+|"
                        + " ?[^\\\\s\\\\p{L}\\\\p{N}]+|\\\\s+(?!\\\\S)|\\\\s+",
                "'(?:[sdmt]|ll|ve|re)| ?\\\\p{L}+| ?\\\\p{N}+|"
                        + " ?[^\\\\s\\\\p{L}\\\\p{N}]+|\\\\s+(?!\\\\S)|\\\\s+"
            })
    void gpt2sOwnPatternMayBeASplitOfItsOwn(String pattern) throws IOException {
        String bytes =
                "{\"type\": \"ByteLevel\", \"add_prefix_space\": false, \"trim_offsets\": true}";
        writeTokenizerJson(
                bytes,
                "{\"type\": \"Sequence\", \"pretokenizers\": [{\"type\": \"Split\", \"pattern\": {\"Regex\": \"%s\"}, \"behavior\": \"Isolated\", \"invert\": false}, %s]}"
                        .formatted(pattern, bytes.replace("}", ", \"use_regex\": false}")));
        assertThat(ids("hello  hello")).containsExactly(HELLO, ' ', SPACE_HELLO);
    }

    @Test
    void aTextMayBeReplacedByOneThatIsNotLonger() throws IOException {
        writeTokenizerJson(
                "\"normalizer\": null",
                "\"normalizer\": {\"type\": \"Replace\", \"pattern\": {\"String\": \"\\r\\n\"},"
                        + " \"content\": \"\\n\"}");
        assertThat(ids("hello\r\nhello")).containsExactly(HELLO, '\n', HELLO);
    }

    private void writeTokenizerJson(String before, String after) throws IOException {
        List<String> merges = new ArrayList<>(MERGES.lines().toList());
        merges.remove(0);
        String json =
                """
                {"version": "1.0", "added_tokens": [], "normalizer": null,
                 "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true},
                 "decoder": {"type": "ByteLevel"},
                 "model": {"type": "BPE", "vocab": %s, "merges": %s}}
                """
                        .formatted(vocabulary, new Gson().toJson(merges));
        assertThat(json).contains(before);
        write("tokenizer.json", before.isEmpty() ? json : json.replace(before, after));
    }

    private void deleteVocabulary() throws IOException {
        Files.delete(folder.resolve("vocab.json"));
        Files.delete(folder.resolve("merges.txt"));
    }

    private void write(String name, String content) throws IOException {
        Files.writeString(folder.resolve(name), content);
    }

    private long[] ids(String text) throws IOException {
        return ids(text, SpecialTokens.AS_TEXT);
    }

    private long[] specialIds(String text) throws IOException {
        return ids(text, SpecialTokens.RECOGNIZED);
    }

    private long[] ids(String text, SpecialTokens meaning) throws IOException {
        try (TextTokenizer tokenizer = TextTokenizer.fromFolder(folder)) {
            return tokenizer.encode(text, meaning).ids();
        }
    }

    private String refusal() {
        TokenizerFileException error =
                catchThrowableOfType(
                        TokenizerFileException.class,
                        () -> TextTokenizer.fromFolder(folder).close());
        assertThat(error).isNotNull();
        return String.valueOf(error.getMessage());
    }
}
