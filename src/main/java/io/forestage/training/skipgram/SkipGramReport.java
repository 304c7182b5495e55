package io.forestage.training.skipgram;

import io.forestage.training.TrainingProgress;
import java.nio.file.Path;

/**
 * The result of a skip-gram training.
 *
 * @param model the model folder written
 * @param trainedTokens the number of distinct tokens trained: those that the text has often enough
 * @param last the progress after the last step
 */
public record SkipGramReport(Path model, int trainedTokens, TrainingProgress last) {}
