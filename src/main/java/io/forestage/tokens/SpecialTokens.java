package io.forestage.tokens;

/**
 * How a special token's spelling inside a text is read.
 *
 * <p>Untrusted text may contain {@code <|endoftext|>}. As a special token it ends the document for
 * the model, which the text's author must not decide; so {@link #AS_TEXT} is the default
 * everywhere.
 */
public enum SpecialTokens {
    /**
     * The spelling is text like any other: {@code <|endoftext|>} becomes 27 91 437 1659 5239 91 29
     * with GPT-2's vocabulary. In Hugging Face's library this is {@code split_special_tokens=True},
     * off by default.
     */
    AS_TEXT,

    /** The spelling is the special token: {@code <|endoftext|>} becomes 50256. */
    RECOGNIZED
}
