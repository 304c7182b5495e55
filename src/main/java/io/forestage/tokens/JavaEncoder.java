package io.forestage.tokens;

import io.forestage.tokens.bpe.AddedToken;
import io.forestage.tokens.bpe.BpeEncoder;
import io.forestage.tokens.bpe.ByteLevelModel;
import io.forestage.tokens.bpe.Vocabulary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Encodes in Java with a vocabulary of GPT-2's kind. */
final class JavaEncoder implements TextTokenizer.Encoder {

    private final BpeEncoder encoder;
    private final Vocabulary vocabulary;
    private final List<AddedToken> recognized;
    private final List<AddedToken> asText;
    private volatile boolean closed;

    JavaEncoder(ByteLevelModel model, Vocabulary vocabulary, List<AddedToken> added) {
        this.encoder = new BpeEncoder(model);
        this.vocabulary = vocabulary;
        this.recognized = added;
        this.asText = added.stream().filter(token -> !token.special()).toList();
    }

    @Override
    public TokenSequence encode(String text, SpecialTokens specialTokens) {
        return encodeAll(List.of(text), specialTokens).get(0);
    }

    @Override
    public List<TokenSequence> encodeAll(List<String> texts, SpecialTokens specialTokens) {
        List<long[]> ids = ids(texts, specialTokens);
        List<TokenSequence> sequences = new ArrayList<>(ids.size());
        for (int i = 0; i < ids.size(); i++) {
            sequences.add(new TokenSequence(ids.get(i), texts.get(i), vocabulary));
        }
        return List.copyOf(sequences);
    }

    @Override
    public List<long[]> ids(List<String> texts, SpecialTokens specialTokens) {
        checkOpen();
        return Arrays.asList(
                encoder.ids(texts, specialTokens == SpecialTokens.AS_TEXT ? asText : recognized));
    }

    @Override
    public void checkOpen() {
        if (closed) {
            throw TextTokenizer.Encoder.closed();
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
