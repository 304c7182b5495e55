package io.forestage.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the tokenizer does with GPT-2's own vocabulary. */
class TextTokenizerTest {

    private static TextTokenizer tokenizer;

    @BeforeAll
    static void open() throws IOException {
        tokenizer = TextTokenizer.gpt2();
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    @Test
    void aTextBecomesGpt2sIds() {
        TokenSequence tokens = tokenizer.encode("Hello world");
        assertThat(tokens.ids()).containsExactly(15496, 995);
        assertThat(tokens.tokens()).containsExactly("Hello", "Ġworld");
        assertThat(tokens.token(1)).isEqualTo("Ġworld");
        assertThat(tokens.size()).isEqualTo(2);
    }

    @Test
    void theEmptyTextHasNoTokens() {
        assertThat(tokenizer.encode("").size()).isZero();
        assertThat(tokenizer.decode()).isEmpty();
    }

    @Test
    void placesAreUtf16UnitsAndASplitCharacterIsWholeInEachOfItsTokens() {
        String text = "a😀b🤯 é";
        TokenSequence tokens = tokenizer.encode(text);
        assertThat(tokens.tokens()).containsExactly("a", "ðŁĺ", "Ģ", "b", "ðŁ", "¤", "¯", "ĠÃ©");
        List<String> places =
                Stream.iterate(0, i -> i < tokens.size(), i -> i + 1)
                        .map(i -> text.substring(tokens.start(i), tokens.end(i)))
                        .toList();
        assertThat(places).containsExactly("a", "😀", "😀", "b", "🤯", "🤯", "🤯", " é");
    }

    @Test
    void aSpecialTokensSpellingIsTextUnlessAskedFor() {
        assertThat(tokenizer.encode("<|endoftext|>").ids())
                .containsExactly(27, 91, 437, 1659, 5239, 91, 29);
        TokenSequence recognized = tokenizer.encode("a<|endoftext|> b", SpecialTokens.RECOGNIZED);
        assertThat(recognized.ids()).containsExactly(64, 50256, 275);
        assertThat(recognized.tokens()).containsExactly("a", "<|endoftext|>", "Ġb");
        assertThat(recognized.start(1)).isEqualTo(1);
        assertThat(recognized.end(1)).isEqualTo(14);
        assertThat(tokenizer.decode(64, 50256, 275)).isEqualTo("a<|endoftext|> b");
    }

    @Test
    void aLongTextIsNeitherCutNorPadded() {
        String text = " hello".repeat(5000);
        assertThat(tokenizer.encode(text).size()).isEqualTo(5000);
        assertThat(tokenizer.encode(text, SpecialTokens.RECOGNIZED).size()).isEqualTo(5000);
        assertThat(tokenizer.encodeAll(List.of(text, "a"), SpecialTokens.AS_TEXT))
                .extracting(TokenSequence::size)
                .containsExactly(5000, 1);
    }

    @Test
    void aMegabyteWithoutASpaceIsOneText() {
        Random random = new Random(7);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 1 << 20; i++) {
            text.append((char) ('a' + random.nextInt(26)));
        }
        long[] ids = tokenizer.encode(text.toString()).ids();
        assertThat(tokenizer.decode(ids)).isEqualTo(text.toString());
    }

    @Test
    void idsAndTokensTranslateBothWays() {
        assertThat(tokenizer.vocabularySize()).isEqualTo(50257);
        assertThat(tokenizer.tokenToId("Ġworld")).hasValue(995);
        assertThat(tokenizer.tokenToId("<|endoftext|>")).hasValue(50256);
        assertThat(tokenizer.tokenToId(" world")).isEmpty();
        assertThat(tokenizer.idToToken(995)).isEqualTo("Ġworld");
        assertThat(tokenizer.idToToken(50256)).isEqualTo("<|endoftext|>");
    }

    @Test
    void anUnknownIdIsRefusedWithItsIndexAndTheRange() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tokenizer.decode(1, 2, 50257))
                .withMessage("id 50257 at index 2 is not in this vocabulary: expected 0 to 50256");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tokenizer.decode(-1))
                .withMessageContaining("id -1 at index 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tokenizer.idToToken(1L << 40))
                .withMessageContaining("expected 0 to 50256");
    }

    @Test
    void halfACharacterDecodesToTheReplacementCharacter() {
        assertThat(tokenizer.decode(64, 47249)).isEqualTo("a\uFFFD");
    }

    @Test
    void aLoneSurrogateIsRefusedWithItsPlace() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tokenizer.encode("hello\uD83D"))
                .withMessageContaining("lone high surrogate U+D83D at index 5");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> tokenizer.encodeAll(List.of("a", "😀\uDE00"), SpecialTokens.AS_TEXT))
                .withMessageContaining("text 1")
                .withMessageContaining("lone low surrogate U+DE00 at index 2");
    }

    @Test
    @SuppressWarnings("NullAway") // Callers outside a null-marked package can pass null.
    void nullIsRefusedWithItsIndex() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tokenizer.encode(null))
                .withMessageContaining("null");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> tokenizer.encodeAll(Arrays.asList("a", null), SpecialTokens.AS_TEXT))
                .withMessageContaining("text 1");
    }

    @Test
    void manyTextsGiveTheSameTokensAsOneByOne() {
        List<String> texts = List.of("a", "", "two words", "<|endoftext|>", "😀 \u0000\uFEFF");
        for (SpecialTokens specialTokens : SpecialTokens.values()) {
            List<TokenSequence> all = tokenizer.encodeAll(texts, specialTokens);
            for (int i = 0; i < texts.size(); i++) {
                assertThat(all.get(i).ids())
                        .isEqualTo(tokenizer.encode(texts.get(i), specialTokens).ids());
            }
        }
        assertThat(tokenizer.encodeAll(List.of(), SpecialTokens.AS_TEXT)).isEmpty();
    }

    @Test
    void aClosedTokenizerSaysSo() throws IOException {
        TextTokenizer closed = TextTokenizer.gpt2();
        closed.encode("a", SpecialTokens.RECOGNIZED);
        closed.close();
        closed.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> closed.encode("a"))
                .withMessageContaining("closed");
        assertThatIllegalStateException().isThrownBy(() -> closed.decode(1));
        assertThatIllegalStateException().isThrownBy(closed::vocabularySize);
        assertThatIllegalStateException()
                .isThrownBy(() -> closed.encodeBatch(List.of("a"), BatchOptions.gpt2()));
    }

    @Test
    void aFolderWithoutTokenizerFilesHasGpt2sVocabulary(@TempDir Path folder) throws IOException {
        try (TextTokenizer other = TextTokenizer.fromFolder(folder)) {
            assertThat(other.encode("Hello world").ids()).containsExactly(15496, 995);
        }
    }

    @Test
    void aFolderIsReadFromItsTokenizerJsonFirst(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("vocab.json"), TinyTokenizer.VOCAB);
        Files.writeString(folder.resolve("merges.txt"), TinyTokenizer.MERGES);
        try (TextTokenizer other = TextTokenizer.fromFolder(folder)) {
            assertThat(other.vocabularySize()).isEqualTo(11);
        }
        Files.writeString(folder.resolve("tokenizer.json"), TinyTokenizer.JSON.formatted(""));
        try (TextTokenizer other = TextTokenizer.fromFolder(folder)) {
            assertThat(other.vocabularySize()).isEqualTo(10);
        }
    }

    @Test
    void oneOfTheTwoFilesWithoutTheOtherIsRefused(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("vocab.json"), TinyTokenizer.VOCAB);
        assertThatExceptionOfType(TokenizerFileException.class)
                .isThrownBy(() -> TextTokenizer.fromFolder(folder))
                .withMessageContaining("merges.txt")
                .withMessageContaining("no such file");
        assertThatExceptionOfType(TokenizerFileException.class)
                .isThrownBy(() -> TextTokenizer.fromFolder(folder.resolve("none")))
                .withMessageContaining("expected a model folder");
    }
}
