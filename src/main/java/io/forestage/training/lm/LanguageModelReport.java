package io.forestage.training.lm;

import io.forestage.training.Evaluation;
import io.forestage.training.TrainingProgress;
import java.nio.file.Path;

/**
 * The result of a language model's training.
 *
 * @param model the folder that was written
 * @param trained how it does on text that it learned from, at most as much as was held out, or a
 *     tenth if none was
 * @param heldOut how it does on the text that was held out; without targets if none was
 * @param last the last step
 */
public record LanguageModelReport(
        Path model, Evaluation trained, Evaluation heldOut, TrainingProgress last) {}
