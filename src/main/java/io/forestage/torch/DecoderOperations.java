package io.forestage.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The operations of GPT-2's transformer blocks. A scripted operation frees its intermediate arrays
 * as soon as autograd allows, and none of them is a view of Java's memory.
 *
 * <p>B is the batch, T the tokens, D the width, H the heads, d = D/H. Gradients are recorded as for
 * any operation. The results belong to the manager of the first argument.
 */
public final class DecoderOperations {

    private static final String MODULE = "decoder.pt";

    /**
     * One module for all blocks, never closed: it has no values of its own, and a block without
     * parameters has no manager that could own it.
     */
    private static @Nullable DecoderOperations shared;

    private final ScriptedOperations operations;

    private DecoderOperations(ScriptedOperations operations) {
        this.operations = operations;
    }

    /** The functions of a feed-forward layer that the native code knows. */
    public enum Activation {
        /** The Gaussian error linear unit, by its approximation with tanh. */
        GELU_TANH(0),
        /** The Gaussian error linear unit, by the error function. */
        GELU(1),
        /** x · σ(1.702 x). */
        QUICK_GELU(2),
        /** max(x, 0). */
        RELU(3),
        /** x · σ(x). */
        SILU(4),
        /** The hyperbolic tangent. */
        TANH(5);

        private final int number;

        Activation(int number) {
            this.number = number;
        }

        /** Returns the number that the scripted operations know it by. */
        int number() {
            return number;
        }
    }

    /**
     * Queries, keys and values.
     *
     * @param queries (B, H, T, d), a view
     * @param keys (B, H, T, d), a view
     * @param values (B, H, T, d), a view
     */
    public record Heads(NDArray queries, NDArray keys, NDArray values) {

        /**
         * Moves the arrays.
         *
         * @param manager their owner from now on
         */
        public void attach(NDManager manager) {
            queries.attach(manager);
            keys.attach(manager);
            values.attach(manager);
        }
    }

    /**
     * A linear layer, in to out.
     *
     * @param weight (in, out)
     * @param bias (out)
     */
    public record Layer(NDArray weight, NDArray bias) {}

    /** Returns the operations, which the first call loads in about 20 ms. */
    public static synchronized DecoderOperations get() {
        DecoderOperations loaded = shared;
        if (loaded == null) {
            NDManager owner = TorchEngine.get().newBaseManager(Device.cpu());
            try {
                loaded = new DecoderOperations(ScriptedOperations.load(owner, MODULE));
            } catch (RuntimeException e) {
                owner.close();
                throw e;
            }
            shared = loaded;
        }
        return loaded;
    }

    /**
     * Projects vectors to the queries, keys and values of all heads.
     *
     * @param vectors (B, T, D)
     * @param layer D to 3D
     * @param heads H
     */
    public Heads heads(NDArray vectors, Layer layer, int heads) {
        try (NDManager scratch = scratch(vectors)) {
            NDList all =
                    run(
                            scratch,
                            "heads",
                            vectors,
                            layer.weight(),
                            layer.bias(),
                            scratch.create(new long[] {heads}));
            all.attach(vectors.getManager());
            return new Heads(all.get(0), all.get(1), all.get(2));
        }
    }

    /**
     * Joins the results of all heads and projects them.
     *
     * @param attended (B, H, T, d)
     * @param layer D to D
     * @return (B, T, D)
     */
    public NDArray merge(NDArray attended, Layer layer) {
        return one("merge", attended, layer.weight(), layer.bias());
    }

    /**
     * Causal softmax attention. The queries are those of the last tokens.
     *
     * @param queries (B, H, T, d)
     * @param keys (B, H, S, d), S ≥ T
     * @param values (B, H, S, d)
     * @param mask (B, S), 0 at padding, which no other token sees; null without padding
     * @param scale the factor of the products of queries and keys
     * @param dropout the rate at which shares are dropped
     * @return (B, H, T, d)
     */
    public NDArray attend(
            NDArray queries,
            NDArray keys,
            NDArray values,
            @Nullable NDArray mask,
            double scale,
            double dropout) {
        try (NDManager scratch = scratch(queries)) {
            return one(
                    "attend",
                    queries,
                    keys,
                    values,
                    mask == null ? scratch.create(new Shape(0)) : mask,
                    scratch.create(new double[] {scale, dropout}));
        }
    }

    /**
     * Layer normalisation over the last axis.
     *
     * @param vectors (…, D)
     * @param weight (D)
     * @param bias (D)
     * @param epsilon added to the variance
     * @return (…, D)
     */
    public NDArray normalize(NDArray vectors, NDArray weight, NDArray bias, double epsilon) {
        try (NDManager scratch = scratch(vectors)) {
            return one("normalize", vectors, weight, bias, scratch.create(new double[] {epsilon}));
        }
    }

    /**
     * Two linear layers with an activation between them.
     *
     * @param vectors (B, T, D)
     * @param in D to F
     * @param out F to D
     * @param activation the function between them
     * @return (B, T, D)
     */
    public NDArray feedForward(NDArray vectors, Layer in, Layer out, Activation activation) {
        try (NDManager scratch = scratch(vectors)) {
            return one(
                    "feed_forward",
                    vectors,
                    in.weight(),
                    in.bias(),
                    out.weight(),
                    out.bias(),
                    scratch.create(new long[] {activation.number()}));
        }
    }

    /**
     * Drops values at random and scales the others up, as in training.
     *
     * @param values any shape
     * @param rate the rate
     * @return the values' shape
     */
    public NDArray dropout(NDArray values, double rate) {
        try (NDManager scratch = scratch(values)) {
            return one("dropout", values, scratch.create(new double[] {rate}));
        }
    }

    /**
     * Adds two arrays; neither is changed.
     *
     * @param one any shape
     * @param other the same shape
     * @return the same shape
     */
    public NDArray add(NDArray one, NDArray other) {
        return one("add", one, other);
    }

    /**
     * What is the same in every call of {@link #decode}.
     *
     * @param weights of each block twelve: weight and bias of the first norm, of queries, keys and
     *     values, of the heads' results, of the second norm and of the two layers; then the last
     *     norm's weight and bias, and the head (V, D)
     * @param scales each block's factor of the products of queries and keys
     * @param heads H
     * @param activation the function between the two layers
     * @param epsilon added to variances
     */
    public record Stack(
            NativeArrays weights,
            List<Double> scales,
            int heads,
            Activation activation,
            double epsilon) {}

    /**
     * Computes logits with all blocks, their last norm and the head in one call, without recording
     * gradients.
     *
     * @param stack the weights
     * @param vectors (B, T, D)
     * @param mask (B, past + T), 0 at padding; null without padding
     * @param caches keys and values of each block, (B, H, C, d), C ≥ past + T, to which those of
     *     the vectors are written; null to keep none
     * @param past the number of tokens in the caches
     * @param last how many of the last tokens to return, or 0 for all
     * @return (B, T or last, V)
     */
    public NDArray decode(
            Stack stack,
            NDArray vectors,
            @Nullable NDArray mask,
            @Nullable NativeArrays caches,
            int past,
            int last) {
        double[] scales = stack.scales().stream().mapToDouble(Double::doubleValue).toArray();
        long[] counts = {stack.heads(), past, stack.activation().number(), last};
        try (NDManager scratch = scratch(vectors);
                NativeArrays none = NativeArrays.of(List.of());
                IValue given = IValue.from((PtNDArray) vectors);
                IValue hidden =
                        IValue.from(
                                (PtNDArray) (mask == null ? scratch.create(new Shape(0)) : mask));
                IValue factors = IValue.listFrom(scales);
                IValue numbers = IValue.listFrom(counts);
                IValue epsilon = IValue.from(stack.epsilon())) {
            return operations.runWithoutGradients(
                    vectors.getManager(),
                    "decode",
                    given,
                    hidden,
                    stack.weights().list(),
                    (caches == null ? none : caches).list(),
                    factors,
                    numbers,
                    epsilon);
        }
    }

    private NDArray one(String method, NDArray... arguments) {
        try (NDManager scratch = scratch(arguments[0])) {
            NDArray result = run(scratch, method, arguments).singletonOrThrow();
            result.attach(arguments[0].getManager());
            return result;
        }
    }

    private NDList run(NDManager scratch, String method, NDArray... arguments) {
        NDArray[] unnamed = arguments.clone();
        for (int i = 0; i < unnamed.length; i++) {
            unnamed[i] = ScriptedOperations.unnamed(unnamed[i], scratch);
        }
        return operations.runForList(method, unnamed);
    }

    private static NDManager scratch(NDArray array) {
        return array.getManager().newSubManager(Device.cpu());
    }
}
