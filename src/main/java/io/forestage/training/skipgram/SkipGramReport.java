package io.forestage.training.skipgram;

import io.forestage.training.TrainingProgress;
import java.nio.file.Path;

/**
 * The result of a training.
 *
 * @param model the folder that was written
 * @param trainedTokens how many tokens of the vocabulary the text has, often enough
 * @param last the last step
 */
public record SkipGramReport(Path model, int trainedTokens, TrainingProgress last) {}
