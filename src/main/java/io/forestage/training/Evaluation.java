package io.forestage.training;

/**
 * What a network is worth on some data.
 *
 * @param targets how many classes were asked for
 * @param loss the mean cross-entropy, in nats; NaN without targets
 * @param accuracy the share of them to which it gave the most; NaN without targets
 */
public record Evaluation(long targets, double loss, double accuracy) {

    /** What is known where nothing was held out. */
    static Evaluation none() {
        return new Evaluation(0, Double.NaN, Double.NaN);
    }

    /**
     * Gives the perplexity: of how many equally likely classes the network is as unsure.
     *
     * @return e to the loss
     */
    public double perplexity() {
        return Math.exp(loss);
    }
}
