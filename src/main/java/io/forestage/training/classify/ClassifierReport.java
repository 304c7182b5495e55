package io.forestage.training.classify;

import io.forestage.training.Evaluation;
import io.forestage.training.TrainingProgress;
import java.util.List;

/**
 * The result of a classifier's training.
 *
 * @param start what the table started from
 * @param labels the names of the classes
 * @param hasSeveralLabels whether a text may have several labels. Then accuracy is the share of
 *     texts whose most likely label is one of theirs, and the loss is binary cross-entropy.
 * @param trained the evaluation on the texts trained on
 * @param heldOut the evaluation on the held-out texts; without targets if none were held out
 * @param mostFrequent the baseline: the held-out accuracy of always predicting the most frequent
 *     class of the texts trained on; NaN if none were held out
 * @param last the progress after the last step
 */
public record ClassifierReport(
        ClassifierStart start,
        List<String> labels,
        boolean hasSeveralLabels,
        Evaluation trained,
        Evaluation heldOut,
        double mostFrequent,
        TrainingProgress last) {

    public ClassifierReport {
        labels = List.copyOf(labels);
    }
}
