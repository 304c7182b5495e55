/**
 * What all trainings share: their options, devices and progress reports. Nothing here prints.
 *
 * <p>The trainings: {@code skipgram} (word2vec over GPT-2's tokens), {@code classify} (text
 * classification by the mean of the token vectors), {@code lm} (next-token prediction with tied
 * weights). Two rooms serve these alone: {@code text} reads texts, {@code session} takes the steps
 * and writes checkpoints, curve and model.
 */
@NullMarked
package io.forestage.training;

import org.jspecify.annotations.NullMarked;
