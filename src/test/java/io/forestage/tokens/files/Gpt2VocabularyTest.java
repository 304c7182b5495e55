package io.forestage.tokens.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.forestage.tokens.SpecialTokens;
import io.forestage.tokens.TextTokenizer;
import io.forestage.tokens.TokenSequence;
import io.forestage.tokens.bpe.Vocabulary;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The vocabulary that is derived from the ranks is the published one. */
class Gpt2VocabularyTest {

    /** The digest of the published vocab.json, as lines "id token" in the order of the ids. */
    private static final String VOCABULARY_SHA256 =
            "069daad39dc37a5e524fa56dabd4e3721844e429140b8e9bc13c8049f4759894";

    /** The digest of the published merges.txt. */
    private static final String MERGES_SHA256 =
            "1ce1664773c50f3e0cc8842619a93edc4624525b728b188a9e0be33b7726adc5";

    private static final Path PUBLISHED = Path.of("../shared/data/tokenizer");

    private static final Path PUBLISHED_JSON =
            Path.of("../shared/data/checkpoints/hf-gpt2-width2/tokenizer.json");

    @Test
    void theTokensHaveThePublishedDigest() throws IOException {
        Vocabulary table = Gpt2Vocabulary.read().toJson().vocabulary();
        String lines =
                IntStream.range(0, table.size())
                        .mapToObj(id -> id + " " + table.token(id) + "\n")
                        .collect(Collectors.joining());
        assertThat(table.size()).isEqualTo(50257);
        assertThat(sha256(lines)).isEqualTo(VOCABULARY_SHA256);
    }

    @Test
    void theMergesHaveThePublishedDigest() throws IOException {
        String merges = String.join("\n", mergeLines(Gpt2Vocabulary.read()));
        assertThat(sha256("#version: 0.2\n" + merges + "\n")).isEqualTo(MERGES_SHA256);
    }

    @Test
    void thePublishedFilesGiveTheSameTokenizer() throws IOException {
        if (!Files.exists(PUBLISHED.resolve("vocab.json"))) {
            Assumptions.abort("GPT-2's published vocab.json is not at " + PUBLISHED);
        }
        ByteLevelBpe published =
                BpeFiles.alone(
                                new TokenizerFile(PUBLISHED.resolve("vocab.json")),
                                new TokenizerFile(PUBLISHED.resolve("merges.txt")))
                        .read();
        ByteLevelBpe builtIn = Gpt2Vocabulary.read();
        assertThat(mergeLines(published)).isEqualTo(mergeLines(builtIn));
        assertThat(published.toJson().members()).isEqualTo(builtIn.toJson().members());
    }

    @Test
    void aPublishedTokenizerJsonGivesTheSameIds() throws IOException {
        if (!Files.exists(PUBLISHED_JSON)) {
            Assumptions.abort("a model with GPT-2's tokenizer.json is not at " + PUBLISHED_JSON);
        }
        List<String> texts = List.of("Hello world", "it's  <|endoftext|>\n😀 漢字 Привет 123", "");
        try (TextTokenizer builtIn = TextTokenizer.gpt2();
                TextTokenizer published = TextTokenizer.fromTokenizerJson(PUBLISHED_JSON)) {
            assertThat(published.vocabularySize()).isEqualTo(50257);
            for (String text : texts) {
                for (SpecialTokens specialTokens : SpecialTokens.values()) {
                    TokenSequence expected = builtIn.encode(text, specialTokens);
                    TokenSequence found = published.encode(text, specialTokens);
                    assertThat(found.ids()).isEqualTo(expected.ids());
                    assertThat(published.decode(found.ids())).isEqualTo(text);
                }
            }
        }
    }

    @Test
    void everyByteHasItsCharacter() {
        Vocabulary.ByteLevelAlphabet alphabet = new Vocabulary.ByteLevelAlphabet();
        assertThat(IntStream.range(0, 256).map(alphabet::charOf).distinct().count()).isEqualTo(256);
        for (int b = 0; b < 256; b++) {
            assertThat(alphabet.byteOf(alphabet.charOf(b))).isEqualTo(b);
        }
        assertThat(alphabet.charOf(' ')).isEqualTo('Ġ');
        assertThat(alphabet.charOf('\n')).isEqualTo('Ċ');
        assertThat(alphabet.byteOf(' ')).isEqualTo(-1);
        assertThat(alphabet.byteOf('漢')).isEqualTo(-1);
    }

    private static List<String> mergeLines(ByteLevelBpe bpe) {
        return IntStream.range(0, bpe.merges().size())
                .mapToObj(
                        i ->
                                bpe.tokens()[bpe.merges().left(i)]
                                        + " "
                                        + bpe.tokens()[bpe.merges().right(i)])
                .toList();
    }

    private static String sha256(String text) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
