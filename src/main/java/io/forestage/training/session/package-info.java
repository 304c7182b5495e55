/**
 * A training from its lock to the written model: steps, checkpoints, resuming, the curve. For the
 * rooms of {@code training} alone.
 *
 * <p>A {@link io.forestage.training.session.Learner} takes the steps: skip-gram's own, or a {@link
 * io.forestage.training.session.NetworkLearner} on {@link io.forestage.training.session.Examples}.
 * {@link io.forestage.training.session.ModelTraining} does everything else.
 */
@NullMarked
package io.forestage.training.session;

import org.jspecify.annotations.NullMarked;
