package io.forestage.training;

/**
 * How a network does on some data.
 *
 * @param targets how many classes were asked for
 * @param loss the mean cross-entropy, in nats; NaN without targets
 * @param accuracy the share of them that it ranked first; NaN without targets
 */
public record Evaluation(long targets, double loss, double accuracy) {

    /** What is known where nothing was held out. */
    public static Evaluation none() {
        return new Evaluation(0, Double.NaN, Double.NaN);
    }

    /**
     * Returns the perplexity: of how many equally likely classes the network is as unsure.
     *
     * @return e to the loss
     */
    public double perplexity() {
        return Math.exp(loss);
    }
}
