/**
 * Text to token ids: the tokenizer with settings safe for GPT-2, the batch, and GPT-2's own
 * vocabulary.
 *
 * <p>{@link io.forestage.tokens.TextTokenizer} makes {@link io.forestage.tokens.TokenSequence} of a
 * text and {@link io.forestage.tokens.TokenBatch} of several. Behind it every vocabulary becomes a
 * full tokenizer.json for the native tokenizer of DJL: a folder's own, or one written from
 * vocab.json and merges.txt, or GPT-2's, rebuilt from ranks. A folder's own is written anew, of
 * nothing but what is known to do no harm in native code. Java keeps the vocabulary too, to decode,
 * to find each token's place, and to see that no character is lost.
 */
@NullMarked
package io.forestage.tokens;

import org.jspecify.annotations.NullMarked;
