package io.forestage.training.lm;

import io.forestage.training.Evaluation;
import io.forestage.training.TrainingProgress;
import java.nio.file.Path;

/**
 * The result of a language model's training.
 *
 * @param model the model folder written
 * @param trained the evaluation on a sample of the trained text, as long as the held-out text, or a
 *     tenth if none was held out
 * @param heldOut the evaluation on the held-out text; without targets if none was held out
 * @param last the progress after the last step
 */
public record LanguageModelReport(
        Path model, Evaluation trained, Evaluation heldOut, TrainingProgress last) {}
