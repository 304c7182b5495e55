/**
 * Classifiers of texts: the mean of the token vectors and a linear layer, over a table that is
 * learned from scratch, frozen or fine-tuned.
 */
@NullMarked
package io.forestage.training.classify;

import org.jspecify.annotations.NullMarked;
