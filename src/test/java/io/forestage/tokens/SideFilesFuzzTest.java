package io.forestage.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.forestage.testing.FuzzedFile;
import io.forestage.testing.MutantTally;
import io.forestage.testing.Mutants;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * For any file beside a vocabulary, the tokenizer gives ids of its own vocabulary, or the reader
 * throws its own exception.
 */
class SideFilesFuzzTest {

    private static final String VOCABULARY =
            "{\"h\": 0, \"i\": 1, \"\u0120\": 2, \"hi\": 3, \"<s>\": 4}";

    private static final List<String> NAMES =
            List.of("tokenizer_config.json", "special_tokens_map.json", "added_tokens.json");

    private static final List<String> VALID =
            List.of(
                    """
                    {"tokenizer_class": "GPT2Tokenizer", "add_prefix_space": true,
                     "bos_token": "<s>", "extra_special_tokens": {"x": "<x>"},
                     "added_tokens_decoder": {
                       "4": {"content": "<s>", "lstrip": true, "special": true},
                       "5": {"content": "<n>", "normalized": false}}}
                    """,
                    """
                    {"bos_token": {"content": "<s>", "rstrip": true}, "pad_token": "<p>",
                     "additional_special_tokens": ["<x>", {"content": "<y>"}]}
                    """,
                    "{\"<n>\": 5, \"<m>\": 6}");

    private static final MutantTally TALLY = new MutantTally("a tokenizer's side files");

    @FuzzTest(maxDuration = "10s")
    void sideFile(FuzzedDataProvider data) throws IOException {
        FuzzedFile.write("vocab.json", VOCABULARY.getBytes(StandardCharsets.UTF_8));
        FuzzedFile.write("merges.txt", "h i\n".getBytes(StandardCharsets.UTF_8));
        Path folder = FuzzedFile.folder();
        int which = data.consumeInt(0, NAMES.size() - 1);
        for (String name : NAMES) {
            Files.deleteIfExists(folder.resolve(name));
        }
        String json = Mutants.json(data, VALID.get(which));
        FuzzedFile.write(NAMES.get(which), json.getBytes(StandardCharsets.UTF_8));
        try (TextTokenizer tokenizer = TextTokenizer.fromFolder(folder)) {
            long size = tokenizer.vocabularySize();
            for (SpecialTokens meaning : SpecialTokens.values()) {
                for (long id : tokenizer.encode("hi hi", meaning).ids()) {
                    assertThat(id).isBetween(0L, size - 1);
                }
            }
            TALLY.read();
        } catch (TokenizerFileException refused) {
            TALLY.refused(refused, "strict JSON", "complete JSON");
        }
    }
}
