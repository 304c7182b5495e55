/**
 * Text to token ids: the tokenizer with settings safe for GPT-2, the batch, and GPT-2's own
 * vocabulary.
 *
 * <p>{@link io.forestage.tokens.TextTokenizer} makes {@link io.forestage.tokens.TokenSequence} of a
 * text and {@link io.forestage.tokens.TokenBatch} of several. A vocabulary of GPT-2's kind, from
 * whichever file, is encoded with in Java, to the ids of Hugging Face's library. Every other one
 * becomes a full tokenizer.json for the native tokenizer of DJL: a folder's own, written anew of
 * nothing but what is known to do no harm in native code, or one written from vocab.json and
 * merges.txt. Java keeps the vocabulary too, to decode, to find each token's place, and to see that
 * no character is lost.
 */
@NullMarked
package io.forestage.tokens;

import org.jspecify.annotations.NullMarked;
