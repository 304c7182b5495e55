package io.forestage.decoder;

import io.forestage.support.OptionCheck;
import io.forestage.tokens.SpecialTokens;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * How a text is continued.
 *
 * @param maxTokens the most tokens to add; empty for {@value #DEFAULT_MAX_TOKENS}, or fewer where
 *     the model's positions end
 * @param temperature 0 for the most likely token each time; otherwise logits are divided by it
 *     before a token is drawn
 * @param topK how many of the most likely tokens may be drawn, or 0 for all
 * @param topP the probability that the tokens to draw from have together at least, the most likely
 *     first (Holtzman et al. 2020); 1 for all
 * @param seed the seed of the draws; each text of a batch has its own draws from it, so that it
 *     becomes the same as alone
 * @param stopAtEnd whether a text ends with {@code eos_token_id}, which is not part of it
 * @param specialTokens how a special token's spelling inside a text is read
 */
public record GenerationOptions(
        OptionalInt maxTokens,
        double temperature,
        int topK,
        double topP,
        long seed,
        boolean stopAtEnd,
        SpecialTokens specialTokens) {

    /** The most tokens to add if nothing else is said. */
    public static final int DEFAULT_MAX_TOKENS = 64;

    public GenerationOptions {
        Objects.requireNonNull(specialTokens, "specialTokens");
        maxTokens.ifPresent(most -> OptionCheck.requirePositive("maxTokens", most));
        OptionCheck.requireAtLeastZero("temperature", temperature);
        OptionCheck.requireNotNegative("topK", (long) topK);
        OptionCheck.require("topP", "more than 0 and at most 1", topP, topP > 0 && topP <= 1);
    }

    /**
     * Returns the defaults: the most likely token each time, until the end token.
     *
     * @return the options
     */
    public static GenerationOptions greedy() {
        return new GenerationOptions(OptionalInt.empty(), 0, 0, 1, 0, true, SpecialTokens.AS_TEXT);
    }

    /**
     * Returns options for drawing from all tokens by their probability.
     *
     * @param seed the seed
     * @return the options
     */
    public static GenerationOptions sampling(long seed) {
        return greedy().withTemperature(1).withSeed(seed);
    }

    /**
     * Changes the most tokens to add. A text is then refused if its tokens and these exceed the
     * model's positions.
     *
     * @param tokens at least 1
     * @return the new options
     */
    public GenerationOptions withMaxTokens(int tokens) {
        return new GenerationOptions(
                OptionalInt.of(tokens), temperature, topK, topP, seed, stopAtEnd, specialTokens);
    }

    /**
     * Changes the temperature.
     *
     * @param degree 0 for the most likely token each time, or more
     * @return the new options
     */
    public GenerationOptions withTemperature(double degree) {
        return new GenerationOptions(maxTokens, degree, topK, topP, seed, stopAtEnd, specialTokens);
    }

    /**
     * Changes how many of the most likely tokens may be drawn.
     *
     * @param tokens at least 1, or 0 for all
     * @return the new options
     */
    public GenerationOptions withTopK(int tokens) {
        return new GenerationOptions(
                maxTokens, temperature, tokens, topP, seed, stopAtEnd, specialTokens);
    }

    /**
     * Changes the probability of the tokens that may be drawn.
     *
     * @param probability more than 0, at most 1
     * @return the new options
     */
    public GenerationOptions withTopP(double probability) {
        return new GenerationOptions(
                maxTokens, temperature, topK, probability, seed, stopAtEnd, specialTokens);
    }

    /**
     * Changes the seed.
     *
     * @param number any number
     * @return the new options
     */
    public GenerationOptions withSeed(long number) {
        return new GenerationOptions(
                maxTokens, temperature, topK, topP, number, stopAtEnd, specialTokens);
    }

    /**
     * Changes whether a text ends with the end token.
     *
     * @param stop false to go on after it
     * @return the new options
     */
    public GenerationOptions withStopAtEnd(boolean stop) {
        return new GenerationOptions(maxTokens, temperature, topK, topP, seed, stop, specialTokens);
    }

    /**
     * Changes the meaning of special tokens inside a text.
     *
     * @param meaning the meaning
     * @return the new options
     */
    public GenerationOptions withSpecialTokens(SpecialTokens meaning) {
        return new GenerationOptions(maxTokens, temperature, topK, topP, seed, stopAtEnd, meaning);
    }
}
