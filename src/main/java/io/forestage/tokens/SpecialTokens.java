package io.forestage.tokens;

/**
 * What a special token's spelling inside a text means.
 *
 * <p>A text from outside may hold {@code <|endoftext|>}. Read as the special token it ends the
 * document for the model, which the text's author must not decide; so {@link #AS_TEXT} is the
 * default everywhere.
 */
public enum SpecialTokens {
    /**
     * The spelling is text like any other: {@code <|endoftext|>} becomes 27 91 437 1659 5239 91 29
     * with GPT-2's vocabulary. Hugging Face's counterpart is {@code split_special_tokens=True},
     * which is off there by default.
     */
    AS_TEXT,

    /** The spelling is the token: {@code <|endoftext|>} becomes 50256. */
    RECOGNIZED
}
