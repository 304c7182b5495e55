/**
 * Row-sparse optimisers for DJL's {@link ai.djl.training.Trainer}: the cost of a step depends on
 * the rows that it updates and not on the vocabulary's size.
 */
@NullMarked
package io.forestage.optim;

import org.jspecify.annotations.NullMarked;
