package io.forestage.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import io.forestage.tokens.files.Gpt2Vocabulary;
import io.forestage.tokens.files.TokenizerFile;
import io.forestage.tokens.files.TokenizerJson;
import io.forestage.tokens.files.TokenizerJsonReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** A tokenizer of ours that encodes in Java, beside Hugging Face's library with the same file. */
final class BothWays implements AutoCloseable {

    private final TextTokenizer ours;
    private final NativeTokenizer asText;
    private final NativeTokenizer recognizing;

    private BothWays(TextTokenizer ours, TokenizerJson json) throws IOException {
        assertThat(json.model()).as("a model for Java").isNotNull();
        this.ours = ours;
        this.asText = NativeTokenizer.open(json, SpecialTokens.AS_TEXT);
        this.recognizing = NativeTokenizer.open(json, SpecialTokens.RECOGNIZED);
    }

    static BothWays gpt2() throws IOException {
        return new BothWays(TextTokenizer.gpt2(), Gpt2Vocabulary.read().toJson());
    }

    static BothWays open(Path folder, String tokenizerJson) throws IOException {
        Path file = Files.writeString(folder.resolve("tokenizer.json"), tokenizerJson);
        return new BothWays(
                TextTokenizer.fromTokenizerJson(file),
                TokenizerJsonReader.read(new TokenizerFile(file)));
    }

    TextTokenizer ours() {
        return ours;
    }

    /** Fails unless both give each text the same ids. */
    void check(List<String> texts, SpecialTokens meaning, String origin) {
        NativeTokenizer theirs = meaning == SpecialTokens.AS_TEXT ? asText : recognizing;
        long[][] expected = theirs.ids(texts.toArray(String[]::new));
        List<TokenSequence> found = ours.encodeAll(texts, meaning);
        for (int i = 0; i < expected.length; i++) {
            int at = Arrays.mismatch(found.get(i).ids(), expected[i]);
            if (at >= 0) {
                throw new AssertionError(
                        "%s, %s, text %d: token %d differs: found %s, expected %s in %s"
                                .formatted(
                                        origin,
                                        meaning,
                                        i,
                                        at,
                                        around(found.get(i).ids(), at),
                                        around(expected[i], at),
                                        shown(found.get(i), texts.get(i), at)));
            }
        }
    }

    @Override
    public void close() {
        ours.close();
        asText.close();
        recognizing.close();
    }

    private static String around(long[] ids, int at) {
        return Arrays.toString(
                Arrays.copyOfRange(ids, Math.max(0, at - 2), Math.min(ids.length, at + 5)));
    }

    private static String shown(TokenSequence tokens, String text, int at) {
        int start = at < tokens.size() ? tokens.start(at) : text.length();
        StringBuilder shown = new StringBuilder();
        text.substring(Math.max(0, start - 20), Math.min(text.length(), start + 20))
                .chars()
                .forEach(
                        c -> shown.append(c > ' ' && c < 0x7F ? (char) c : "\\u%04x".formatted(c)));
        return shown.toString();
    }
}
