package io.forestage.tokens;

/**
 * What kind of tokenizer a tokenizer.json describes, as far as places and decoding depend on it.
 *
 * @param keepsText whether the tokens' bytes, one after the other, are the text's, as with GPT-2:
 *     places then follow from the vocabulary alone
 * @param spellsBytes whether tokens are decoded to the bytes that they spell, and not to words with
 *     spaces between
 * @param mayDrop whether a character may be in no token
 */
record TokenizerKind(boolean keepsText, boolean spellsBytes, boolean mayDrop) {}
