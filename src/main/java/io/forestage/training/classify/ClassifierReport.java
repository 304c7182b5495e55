package io.forestage.training.classify;

import io.forestage.training.Evaluation;
import io.forestage.training.TrainingProgress;
import java.util.List;

/**
 * What came of a classifier's training.
 *
 * @param start what the table started from
 * @param labels the classes' names
 * @param hasSeveralLabels whether a row may have several labels: then accuracy is the share of rows
 *     whose likeliest label is one of theirs, and the loss is binary cross-entropy
 * @param trained how it does on the rows that it learned from
 * @param heldOut how it does on the rows that were held out; without targets if none were
 * @param mostFrequent the accuracy on those of naming the most frequent class of the others always;
 *     NaN if none were
 * @param last the last step
 */
public record ClassifierReport(
        ClassifierStart start,
        List<String> labels,
        boolean hasSeveralLabels,
        Evaluation trained,
        Evaluation heldOut,
        double mostFrequent,
        TrainingProgress last) {

    /**
     * Copies the list.
     *
     * @param start what the table started from
     * @param labels the classes' names
     * @param hasSeveralLabels whether a row may have several
     * @param trained on the rows that it learned from
     * @param heldOut on the rows that were held out
     * @param mostFrequent the accuracy of the most frequent class
     * @param last the last step
     */
    public ClassifierReport {
        labels = List.copyOf(labels);
    }
}
