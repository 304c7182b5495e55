/**
 * What every training has in common: how to run it, on which devices, and what it reports. Nothing
 * here prints.
 *
 * <p>The trainings: {@code skipgram} (word2vec over GPT-2's tokens), {@code classify} (classes of
 * texts from the mean of their token vectors), {@code lm} (next-token prediction through the
 * stage's own table). For them alone: {@code text} reads texts, {@code session} takes the steps and
 * keeps checkpoint, curve and model.
 */
@NullMarked
package io.forestage.training;

import org.jspecify.annotations.NullMarked;
