/**
 * GPT-2's byte-level BPE in Java: it splits a text into pieces, merges their bytes, caches the
 * result and finds the offsets of tokens. Internal to {@code tokens}; it reads no files and has no
 * options.
 *
 * <p>{@link io.forestage.tokens.bpe.BpeEncoder} encodes with a {@link
 * io.forestage.tokens.bpe.ByteLevelModel}: the tokens of the 256 bytes, and the merges.
 */
@NullMarked
package io.forestage.tokens.bpe;

import org.jspecify.annotations.NullMarked;
