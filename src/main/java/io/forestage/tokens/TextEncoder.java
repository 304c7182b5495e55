package io.forestage.tokens;

import java.util.List;

/** One of the ways from text to tokens, which all give the same. The texts are well formed. */
interface TextEncoder extends AutoCloseable {

    TokenSequence encode(String text, SpecialTokens specialTokens);

    List<TokenSequence> encodeAll(List<String> texts, SpecialTokens specialTokens);

    /** Refuses a closed encoder. */
    void checkOpen();

    @Override
    void close();

    /** What is wrong with the use of a closed encoder. */
    static IllegalStateException closed() {
        return new IllegalStateException(
                "this tokenizer is closed; close it after its last use, or make a new one");
    }
}
