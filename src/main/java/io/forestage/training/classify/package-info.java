/**
 * Text classification: the mean of the token vectors through a linear layer, over a table that is
 * trained from scratch, frozen or fine-tuned.
 */
@NullMarked
package io.forestage.training.classify;

import org.jspecify.annotations.NullMarked;
