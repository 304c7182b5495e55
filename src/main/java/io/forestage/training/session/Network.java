package io.forestage.training.session;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.training.loss.Loss;
import io.forestage.optim.ParameterGroups;

/**
 * A block and its optimiser. The block maps {@link Examples#inputs} to logits, (…, classes).
 *
 * @param manager owns the block's parameters and all intermediate arrays
 * @param block the block, initialised
 * @param optimizer the optimisers of the block's parameters
 * @param learningRate the rate to report for each step
 * @param rates all rates in words, for the message of a step that fails
 * @param objective the loss
 * @param dropsOut whether the block has dropout, which draws random numbers
 */
public record Network(
        NDManager manager,
        Block block,
        ParameterGroups optimizer,
        double learningRate,
        String rates,
        Objective objective,
        boolean dropsOut)
        implements AutoCloseable {

    @Override
    public void close() {
        optimizer.close();
        manager.close();
    }

    /** A loss of logits, (targets, classes), and labels. */
    public enum Objective {

        /**
         * Each target has one class, (targets) int64: softmax and cross-entropy, in nats, as {@code
         * torch.nn.CrossEntropyLoss}.
         */
        ONE_CLASS {
            @Override
            NDArray loss(NDArray labels, NDArray logits) {
                return SOFTMAX.evaluate(new NDList(labels), new NDList(logits));
            }

            @Override
            long correct(NDArray labels, NDArray logits) {
                return logits.argMax(1).eq(labels).countNonzero().getLong();
            }
        },

        /**
         * Each target has any number of classes, (targets, classes) of 0 and 1: a sigmoid for each
         * class and binary cross-entropy, its mean over targets and classes, as {@code
         * torch.nn.BCEWithLogitsLoss}. fastText calls it one-vs-all.
         */
        ANY_CLASSES {
            @Override
            NDArray loss(NDArray labels, NDArray logits) {
                // −y·log σ(z) − (1 − y)·log(1 − σ(z)), without a logarithm of 0 where σ(z) rounds
                // to it
                return Activation.softPlus(logits).sub(logits.mul(labels)).mean();
            }

            /**
             * Counts the targets whose most likely class is one of their labels: precision at 1.
             */
            @Override
            long correct(NDArray labels, NDArray logits) {
                NDArray best = logits.argMax(1).expandDims(1);
                return labels.gather(best, 1).countNonzero().getLong();
            }
        };

        private static final Loss SOFTMAX = Loss.softmaxCrossEntropyLoss();

        /** Returns the mean loss over the targets. */
        abstract NDArray loss(NDArray labels, NDArray logits);

        /** Returns the number of targets that are predicted correctly. */
        abstract long correct(NDArray labels, NDArray logits);
    }
}
