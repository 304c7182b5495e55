/**
 * Tokenizer files: tokenizer.json, vocab.json with merges.txt, and GPT-2's own ranks, read to a
 * vocabulary and merges, or to the tokenizer.json that the native library may see. For {@code
 * tokens} alone, whose exception is all that it knows of that room.
 */
@NullMarked
package io.forestage.tokens.files;

import org.jspecify.annotations.NullMarked;
