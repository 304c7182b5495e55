package io.forestage.training.session;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.training.loss.Loss;
import io.forestage.optim.ParameterGroups;

/**
 * What DJL trains: a block from {@link Examples#inputs} to logits, (…, classes).
 *
 * @param manager owns the block's parameters, and all that is made on the way
 * @param block the block, initialised
 * @param optimizer the optimisers of its parameters
 * @param learningRate the rate that is reported for each step
 * @param rates all rates, for the message of a step that fails
 * @param objective what its logits mean
 * @param dropsOut whether training draws random numbers
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

    /** What a network's logits, (targets, classes), are to say of the labels. */
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
            long right(NDArray labels, NDArray logits) {
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
                // −y·log σ(z) − (1 − y)·log(1 − σ(z)), without a logarithm of what is rounded to 0
                return Activation.softPlus(logits).sub(logits.mul(labels)).mean();
            }

            /** Those whose best class is one of theirs: precision at 1. */
            @Override
            long right(NDArray labels, NDArray logits) {
                NDArray best = logits.argMax(1).expandDims(1);
                return labels.gather(best, 1).countNonzero().getLong();
            }
        };

        private static final Loss SOFTMAX = Loss.softmaxCrossEntropyLoss();

        /** The mean loss over the targets. */
        abstract NDArray loss(NDArray labels, NDArray logits);

        /** How many targets the network has right. */
        abstract long right(NDArray labels, NDArray logits);
    }
}
