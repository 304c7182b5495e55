/**
 * GPT-2's transformer blocks on the input stage: from its vectors to logits and text. Nothing else
 * needs this room, which can be removed.
 */
@NullMarked
package io.forestage.decoder;

import org.jspecify.annotations.NullMarked;
