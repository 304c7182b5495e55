/**
 * Reads tokenizer files: tokenizer.json, vocab.json with merges.txt, and the built-in ranks of
 * GPT-2's tokens. The result is a vocabulary with its merges, or a tokenizer.json that is safe for
 * the native library. Internal to {@code tokens}, of which it uses only {@link
 * io.forestage.tokens.TokenizerFileException}.
 */
@NullMarked
package io.forestage.tokens.files;

import org.jspecify.annotations.NullMarked;
