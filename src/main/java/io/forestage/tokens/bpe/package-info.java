/**
 * GPT-2's byte-level BPE in Java: the pieces of a text, the merges, the cache, the places of
 * tokens. For {@code tokens} alone; it knows no file and no option.
 *
 * <p>{@link io.forestage.tokens.bpe.BpeEncoder} encodes; {@link
 * io.forestage.tokens.bpe.ByteLevelModel} is what it is made of, a vocabulary and its merges.
 */
@NullMarked
package io.forestage.tokens.bpe;

import org.jspecify.annotations.NullMarked;
