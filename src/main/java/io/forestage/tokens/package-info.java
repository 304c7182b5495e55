/**
 * Text to token ids: the tokenizer with settings safe for GPT-2, the batch, and GPT-2's own
 * vocabulary.
 *
 * <p>{@link io.forestage.tokens.TextTokenizer} encodes a text to a {@link
 * io.forestage.tokens.TokenSequence} and several to a {@link io.forestage.tokens.TokenBatch}. A
 * vocabulary of GPT-2's kind, from any file, encodes in Java, to the ids of Hugging Face's library.
 * Any other runs in DJL's native tokenizer, which gets a full tokenizer.json: the folder's own,
 * rewritten with only those components that are safe in native code, or one made from vocab.json
 * and merges.txt. Java keeps the vocabulary too: to decode, to find each token's offsets, and to
 * check that no character is lost.
 */
@NullMarked
package io.forestage.tokens;

import org.jspecify.annotations.NullMarked;
