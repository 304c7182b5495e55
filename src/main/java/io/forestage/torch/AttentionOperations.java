package io.forestage.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Causal attention in linear time and memory, forward and backward. A scripted operation frees its
 * intermediate arrays as soon as autograd allows, and none of them is a view of Java's memory.
 *
 * <p>Queries, keys and values are (B, H, T, d). A mask is (B, T), 0 at padding, or null for none;
 * no token sees padding, and the result at padding means nothing. Gradients are recorded as for any
 * operation. The results belong to the manager of the queries.
 */
public final class AttentionOperations {

    private static final String MODULE = "attention.pt";

    /**
     * One module for all blocks, never closed: it has no values of its own, and a block without
     * parameters has no manager that could own it.
     */
    private static @Nullable AttentionOperations shared;

    private final ScriptedOperations operations;

    private AttentionOperations(ScriptedOperations operations) {
        this.operations = operations;
    }

    /** Returns the operations, which the first call loads in about 20 ms. */
    public static synchronized AttentionOperations get() {
        AttentionOperations loaded = shared;
        if (loaded == null) {
            loaded = new AttentionOperations(ScriptedOperations.loadForever(MODULE));
            shared = loaded;
        }
        return loaded;
    }

    /**
     * Maps vectors to features.
     *
     * @param vectors (…, d)
     * @param map the feature map
     * @param query whether the vectors are queries: positive features are then scaled by their
     *     largest, which a mean's weights do not depend on
     * @return (…, F)
     */
    public NDArray features(NDArray vectors, Map map, boolean query) {
        return run(
                "features",
                vectors,
                new NDArray[] {map.projection()},
                map.kind().number(),
                query ? 1 : 0);
    }

    /**
     * Linear attention: each token's mean of the values up to it, weighted by the products φ(q) ·
     * φ(k).
     *
     * @param q (B, H, T, d)
     * @param k (B, H, T, d)
     * @param v (B, H, T, m)
     * @param mask (B, T), or null
     * @param map the feature map φ
     * @param block the tokens of a block: within it, all products are made
     * @return (B, H, T, m)
     */
    public NDArray far(
            NDArray q, NDArray k, NDArray v, @Nullable NDArray mask, Map map, int block) {
        return run(
                "far", q, new NDArray[] {k, v, mask, map.projection()}, map.kind().number(), block);
    }

    /**
     * {@link #far} for tokens after others, without recording gradients, in a time that does not
     * depend on how many there were.
     *
     * @param q (B, H, T, d)
     * @param k (B, H, T, d)
     * @param v (B, H, T, m)
     * @param mask (B, T), or null
     * @param map the feature map φ
     * @param block as {@link #far}'s
     * @param sums what was returned for the tokens before; null if there are none
     * @return the result, and the sums of φ(k) vᵀ and φ(k) with these tokens
     */
    public FarNext farNext(
            NDArray q,
            NDArray k,
            NDArray v,
            @Nullable NDArray mask,
            Map map,
            int block,
            @Nullable NDArray sums) {
        NDList results =
                runForList(
                        "far_next",
                        q,
                        new NDArray[] {k, v, mask, map.projection(), sums},
                        map.kind().number(),
                        block);
        return new FarNext(results.get(0), results.get(1));
    }

    /**
     * What {@link #farNext} returns.
     *
     * @param result (B, H, T, m)
     * @param sums (B, H, F, m + 1), of φ(k) vᵀ, and of φ(k) in the last column
     */
    public record FarNext(NDArray result, NDArray sums) {}

    /**
     * Softmax attention to the last tokens, itself among them; products are divided by √d.
     *
     * @param q (B, H, T, d)
     * @param k (B, H, T, d)
     * @param v (B, H, T, m)
     * @param mask (B, T), or null
     * @param bandwidth how many tokens each token sees, at least 1
     * @param block the tokens of a block, at least {@code bandwidth} − 1
     * @return (B, H, T, m)
     */
    public NDArray near(
            NDArray q, NDArray k, NDArray v, @Nullable NDArray mask, int bandwidth, int block) {
        requireBlock(bandwidth, block);
        return run("near", q, new NDArray[] {k, v, mask}, bandwidth, block);
    }

    /**
     * {@link #near} for tokens after others, without recording gradients.
     *
     * @param q (B, H, T, d)
     * @param k (B, H, T, d)
     * @param v (B, H, T, m)
     * @param mask (B, T), or null
     * @param bandwidth as {@link #near}'s
     * @param block as {@link #near}'s
     * @param window what was returned for the tokens before; null if there are none
     * @return the result, and the last tokens, which further tokens see
     */
    public NearNext nearNext(
            NDArray q,
            NDArray k,
            NDArray v,
            @Nullable NDArray mask,
            int bandwidth,
            int block,
            @Nullable Window window) {
        requireBlock(bandwidth, block);
        NDArray[] others =
                window == null
                        ? new NDArray[] {k, v, mask, null, null, null}
                        : new NDArray[] {k, v, mask, window.keys(), window.values(), window.real()};
        NDList results = runForList("near_next", q, others, bandwidth, block);
        return new NearNext(
                results.get(0), new Window(results.get(1), results.get(2), results.get(3)));
    }

    /**
     * What {@link #nearNext} returns.
     *
     * @param result (B, H, T, m)
     * @param window for the next call
     */
    public record NearNext(NDArray result, Window window) {}

    /**
     * The last tokens, at most the bandwidth less 1.
     *
     * @param keys (B, H, W, d)
     * @param values (B, H, W, m)
     * @param real (B, W), false at padding
     */
    public record Window(NDArray keys, NDArray values, NDArray real) {

        /** Returns all arrays. */
        public NDList arrays() {
            return new NDList(keys, values, real);
        }
    }

    private static void requireBlock(int bandwidth, int block) {
        if (bandwidth < 1 || block < Math.max(1, bandwidth - 1)) {
            throw new IllegalArgumentException(
                    "block: expected at least bandwidth - 1 and 1, found %d for a bandwidth of %d; give a larger block"
                            .formatted(block, bandwidth));
        }
    }

    /**
     * Adds two fields with positive weights: softplus(w₁) · near + softplus(w₂) · far.
     *
     * @param near (B, H, T, m)
     * @param far (B, H, T, m)
     * @param weights (2, H): w₁ and w₂ of each head
     * @return (B, H, T, m)
     */
    public NDArray blend(NDArray near, NDArray far, NDArray weights) {
        return run("blend", near, new NDArray[] {far, weights});
    }

    private NDArray run(String method, NDArray first, @Nullable NDArray[] others, long... numbers) {
        return runForList(method, first, others, numbers).singletonOrThrow();
    }

    /** Returns the results in the manager of the first argument. */
    private NDList runForList(
            String method, NDArray first, @Nullable NDArray[] others, long... numbers) {
        try (NDManager scratch = first.getManager().newSubManager(Device.cpu())) {
            NDArray[] arguments = new NDArray[others.length + (numbers.length == 0 ? 1 : 2)];
            arguments[0] = first;
            for (int i = 0; i < others.length; i++) {
                NDArray other = others[i];
                arguments[i + 1] =
                        other == null
                                ? scratch.create(new Shape(0))
                                : ScriptedOperations.unnamed(other, scratch);
            }
            if (numbers.length > 0) {
                arguments[others.length + 1] = scratch.create(numbers);
            }
            NDList results = operations.runForList(method, arguments);
            results.attach(first.getManager());
            return results;
        }
    }

    /** The functions that the native code knows. */
    public enum Kind {
        /** elu(x) + 1. */
        ELU(0),
        /** elu(−x) + 1. */
        ELU_FLIPPED(1),
        /** tanh(x) + 1. */
        TANH(2),
        /** √(2/R) cos(wᵀx + b). */
        COSINES(3),
        /** (cos(wᵀx), sin(wᵀx)) / √R. */
        COSINES_AND_SINES(4),
        /** exp(wᵀx − ‖x‖²/2) / √R. */
        EXPONENTIALS(5);

        private final int number;

        Kind(int number) {
            this.number = number;
        }

        /** Returns the number that the native code knows the function by. */
        int number() {
            return number;
        }
    }

    /**
     * A feature map.
     *
     * @param kind the function
     * @param projection of the last three kinds, which divide x by ∜d first: w, (d, R), and with
     *     {@link Kind#COSINES} b in one more row; else null. Its memory must outlive a backward
     *     pass ({@link NativeMemory})
     */
    public record Map(Kind kind, @Nullable NDArray projection) {}
}
