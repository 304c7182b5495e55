/**
 * Text to token ids: the tokenizer with settings safe for GPT-2, the batch, and GPT-2's own
 * vocabulary.
 */
@NullMarked
package io.forestage.tokens;

import org.jspecify.annotations.NullMarked;
