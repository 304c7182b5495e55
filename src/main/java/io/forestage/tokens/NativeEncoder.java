package io.forestage.tokens;

import java.util.ArrayList;
import java.util.List;

/** Encodes with Hugging Face's library, which knows every kind of tokenizer that is let through. */
final class NativeEncoder implements TextEncoder {

    private final NativeTokenizers natives;
    private final VocabularyTable vocabulary;
    private final TokenizerKind kind;

    NativeEncoder(TokenizerJson json) throws TokenizerFileException {
        this.natives = new NativeTokenizers(json);
        this.vocabulary = json.vocabulary();
        this.kind = json.kind();
    }

    @Override
    public TokenSequence encode(String text, SpecialTokens specialTokens) {
        return natives.use(specialTokens, tokenizer -> encode(text, tokenizer));
    }

    @Override
    public List<TokenSequence> encodeAll(List<String> texts, SpecialTokens specialTokens) {
        return natives.use(
                specialTokens,
                tokenizer -> {
                    // Only where no text can be refused: inside a batch that would end the process,
                    // on the native side.
                    long[][] ids =
                            kind.keepsText() ? tokenizer.ids(texts.toArray(String[]::new)) : null;
                    List<TokenSequence> sequences = new ArrayList<>(texts.size());
                    for (int i = 0; i < texts.size(); i++) {
                        String text = texts.get(i);
                        try {
                            sequences.add(
                                    ids == null ? encode(text, tokenizer) : places(text, ids[i]));
                        } catch (IllegalArgumentException e) {
                            throw new IllegalArgumentException(
                                    "text %d: %s".formatted(i, e.getMessage()), e);
                        }
                    }
                    return List.copyOf(sequences);
                });
    }

    @Override
    public void checkOpen() {
        natives.checkOpen();
    }

    @Override
    public void close() {
        natives.close();
    }

    private TokenSequence encode(String text, NativeTokenizer tokenizer) {
        return kind.keepsText()
                ? places(text, tokenizer.ids(text))
                : new SpanPlaces(text).find(tokenizer.encoding(text), kind.mayDrop());
    }

    /** Looked for at once, as this is where a character is missed that the vocabulary lacks. */
    private TokenSequence places(String text, long[] ids) {
        return new TokenSequence(ids, new BytePlaces(text, vocabulary).find(ids));
    }
}
