/**
 * Training: tables that come to carry meaning, with progress, checkpoints and curves. Nothing here
 * prints.
 *
 * <p>A {@code Learner} is what learns: skip-gram's tables, or a network over {@code Examples}. All
 * around it, from the free place to the model folder, is {@code ModelTraining}.
 */
@NullMarked
package io.forestage.training;

import org.jspecify.annotations.NullMarked;
