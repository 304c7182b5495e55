package io.forestage.training;

/**
 * The loss and accuracy of a network on some examples.
 *
 * @param targets the number of predictions: one per text for a classifier, one per token for a
 *     language model
 * @param loss the mean cross-entropy in nats, of a sigmoid for each class where texts may have
 *     several labels; NaN without targets
 * @param accuracy the share of predictions whose most likely class is right; NaN without targets
 */
public record Evaluation(long targets, double loss, double accuracy) {

    /** Returns the evaluation of no examples: 0 targets, the rest NaN. */
    public static Evaluation none() {
        return new Evaluation(0, Double.NaN, Double.NaN);
    }

    /**
     * Returns the perplexity: the number of equally likely classes that have the same loss.
     *
     * @return exp(loss)
     */
    public double perplexity() {
        return Math.exp(loss);
    }
}
