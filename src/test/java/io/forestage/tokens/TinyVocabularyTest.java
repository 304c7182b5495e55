package io.forestage.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokenizers from files: a vocabulary that lacks most characters and added tokens. */
class TinyVocabularyTest {

    private static final String NO_MERGES = "#version: 0.2\n";

    private final Path folder;

    TinyVocabularyTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void twoFilesMakeAByteLevelTokenizer() throws IOException {
        try (TextTokenizer tokenizer = TinyTokenizer.open(folder)) {
            TokenSequence tokens = tokenizer.encode("hello hello he");
            assertThat(tokens.tokens()).containsExactly("hello", "Ġhello", "Ġ", "he");
            assertThat(tokens.ids()).containsExactly(8, 9, 4, 5);
            assertThat(tokenizer.decode(tokens.ids())).isEqualTo("hello hello he");
            assertThat(tokenizer.encode("he<|endoftext|>", SpecialTokens.RECOGNIZED).ids())
                    .containsExactly(5, 10);
        }
    }

    @Test
    void windowsLineEndsAndAMissingVersionLineAreFine() throws IOException {
        String merges = TinyTokenizer.MERGES.replaceFirst("#.*\n", "").replace("\n", "\r\n");
        try (TextTokenizer tokenizer = TinyTokenizer.open(folder, TinyTokenizer.VOCAB, merges)) {
            assertThat(tokenizer.encode("hello").ids()).containsExactly(8);
        }
    }

    @Test
    void aMergeMayStartWithTheNumberSign() throws IOException {
        String vocab = "{\"#\": 0, \"##\": 1}";
        try (TextTokenizer tokenizer = TinyTokenizer.open(folder, vocab, "# #")) {
            assertThat(tokenizer.encode("###").ids()).containsExactly(1, 0);
        }
    }

    @Test
    void aCharacterThatTheVocabularyLacksIsRefusedAndNeverDropped() throws IOException {
        try (TextTokenizer tokenizer = TinyTokenizer.open(folder)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> tokenizer.encode("hello hé"))
                    .withMessageContaining("U+00E9 'é' at index 7 is not in this vocabulary");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> tokenizer.encode("he😀llo"))
                    .withMessageContaining("U+1F600 '😀' at index 2");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> tokenizer.encode("x"))
                    .withMessageContaining("at index 0");
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () -> tokenizer.encodeAll(List.of("he", "o\n"), SpecialTokens.AS_TEXT))
                    .withMessageContaining("text 1: character U+000A at index 1");
        }
    }

    @Test
    void halfOfACharactersBytesInTheVocabularyAreNotEnough() throws IOException {
        // é is C3 A9, spelled Ã ©; this vocabulary has only the first of the two.
        try (TextTokenizer tokenizer =
                TinyTokenizer.open(folder, "{\"a\": 0, \"Ã\": 1}", NO_MERGES)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> tokenizer.encode("aéa"))
                    .withMessageContaining("U+00E9 'é' at index 1");
        }
    }

    @Test
    void idsMayHaveHoles() throws IOException {
        String vocab = "{\"a\": 0, \"b\": 7}";
        try (TextTokenizer tokenizer = TinyTokenizer.open(folder, vocab, NO_MERGES)) {
            assertThat(tokenizer.vocabularySize()).isEqualTo(8);
            assertThat(tokenizer.encode("ab").ids()).containsExactly(0, 7);
            assertThatIllegalArgumentException().isThrownBy(() -> tokenizer.decode(3));
            assertThatIllegalArgumentException().isThrownBy(() -> tokenizer.idToToken(3));
        }
    }

    @Test
    void aTokenizerJsonsTruncationPaddingAndDropoutAreLeftOut() throws IOException {
        try (TextTokenizer tokenizer =
                TinyTokenizer.openJson(folder, TinyTokenizer.JSON.formatted(""))) {
            for (int i = 0; i < 50; i++) {
                assertThat(tokenizer.encode("hello hello").ids()).containsExactly(8, 9);
            }
            assertThat(tokenizer.encode("hello".repeat(3)).size()).isEqualTo(3);
        }
    }

    @Test
    void anAddedTokenThatIsNotSpecialIsAlwaysFound() throws IOException {
        String added =
                TinyTokenizer.added(10, "<pad>", true)
                        + ","
                        + TinyTokenizer.added(11, "new token é", false);
        try (TextTokenizer tokenizer =
                TinyTokenizer.openJson(folder, TinyTokenizer.JSON.formatted(added))) {
            assertThat(tokenizer.vocabularySize()).isEqualTo(12);
            assertThat(tokenizer.encode("henew token ého").ids()).containsExactly(5, 11, 0, 3);
            assertThat(tokenizer.encode("h<pad>new token é", SpecialTokens.RECOGNIZED).ids())
                    .containsExactly(0, 10, 11);
            assertThat(tokenizer.decode(0, 10, 11)).isEqualTo("h<pad>new token é");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> tokenizer.encode("<pad>"))
                    .withMessageContaining("'<' at index 0");
        }
    }

    @Test
    void aTokenizerWithASpaceBeforeTheFirstWordTakesNativePlaces() throws IOException {
        String json =
                TinyTokenizer.JSON
                        .formatted("")
                        .replace("\"add_prefix_space\": false", "\"add_prefix_space\": true");
        try (TextTokenizer tokenizer = TinyTokenizer.openJson(folder, json)) {
            TokenSequence tokens = tokenizer.encode("hello");
            assertThat(tokens.ids()).containsExactly(9);
            assertThat(tokens.start(0)).isZero();
            assertThat(tokens.end(0)).isEqualTo(5);
            assertThat(tokenizer.decode(9)).isEqualTo(" hello");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> tokenizer.encode("he😀x"))
                    .withMessageContaining("U+1F600 '😀' at index 2");
        }
    }

    @Test
    void aBatchNeedsAPaddingIdOfTheVocabulary() throws IOException {
        try (TextTokenizer tokenizer = TinyTokenizer.open(folder)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> tokenizer.encodeBatch(List.of("he"), BatchOptions.gpt2()))
                    .withMessageContaining("paddingId 50256")
                    .withMessageContaining("0 to 10")
                    .withMessageContaining("withPaddingId");
            TokenBatch batch =
                    tokenizer.encodeBatch(
                            List.of("he", "hello he"), BatchOptions.gpt2().withPaddingId(10));
            assertThat(batch.ids()).containsExactly(5, 10, 10, 8, 4, 5);
        }
    }

    @Test
    void theSameTokenizerInBothFormsGivesTheSame() throws IOException {
        Path other = Files.createDirectory(folder.resolve("other"));
        try (TextTokenizer files = TinyTokenizer.open(folder);
                TextTokenizer json =
                        TinyTokenizer.openJson(
                                other,
                                TinyTokenizer.JSON.formatted(
                                        TinyTokenizer.added(10, "<|endoftext|>", true)))) {
            for (String text : List.of("hello", " hello", "oleh", "", "h <|endoftext|>")) {
                assertThat(json.encode(text, SpecialTokens.RECOGNIZED).ids())
                        .isEqualTo(files.encode(text, SpecialTokens.RECOGNIZED).ids());
            }
        }
    }
}
