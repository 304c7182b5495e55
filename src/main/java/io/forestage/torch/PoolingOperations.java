package io.forestage.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Pools many rows in one native call. A row gets the bits that {@link NDArray}'s own operation
 * gives it alone, on any number of threads. No gradients are recorded.
 *
 * <p>A call costs several microseconds, as much as the mean of a short row. On the CPU, rows of one
 * length are therefore reduced together: libtorch adds up each of them in the order in which it
 * adds up one alone, unless it divides the columns among threads. It does not if the values are
 * fewer than 32768, or if there are as many rows as threads. On a GPU the order depends on the
 * shape, so that each row has an operation of its own there.
 */
public final class PoolingOperations {

    /** Libtorch reduces fewer values in one thread: at::internal::GRAIN_SIZE. */
    private static final long VALUES_OF_ONE_THREAD = 32768;

    private static final String MODULE = "pooling.pt";

    /** One module for all stages, never closed: it has no values of its own. */
    private static @Nullable PoolingOperations shared;

    private final ScriptedOperations operations;

    private PoolingOperations(ScriptedOperations operations) {
        this.operations = operations;
    }

    /** Returns the operations, which the first call loads in about 20 ms. */
    public static synchronized PoolingOperations get() {
        PoolingOperations loaded = shared;
        if (loaded == null) {
            loaded = new PoolingOperations(ScriptedOperations.loadForever(MODULE));
            shared = loaded;
        }
        return loaded;
    }

    /**
     * Computes the mean of each row's vectors.
     *
     * @param vectors (N, D), the rows end to end
     * @param lengths the tokens of each row, at least 1, N together; rows of one length that follow
     *     each other are fastest
     * @return (rows, D), in the manager of the vectors
     */
    public NDArray means(NDArray vectors, int... lengths) {
        long[] runs = new long[3 * lengths.length];
        int size = 0;
        int threads = JniUtils.getNumThreads();
        for (int begin = 0; begin < lengths.length; ) {
            int end = begin + 1;
            while (end < lengths.length && lengths[end] == lengths[begin]) {
                end++;
            }
            int rows = end - begin;
            runs[size++] = lengths[begin];
            runs[size++] = rows;
            runs[size++] = rowsAtOnce(vectors, lengths[begin], rows, threads);
            begin = end;
        }
        return run("means", vectors, Arrays.copyOf(runs, size));
    }

    /**
     * Computes the Euclidean norm of each row: {@code square().sum(-1, keepDims).sqrt()}.
     *
     * @param rows (rows, D), at least one
     * @return (rows, 1), in the manager of the rows
     */
    public NDArray norms(NDArray rows) {
        long width = rows.getShape().get(1);
        boolean together = !rows.getDevice().isGpu() && width < VALUES_OF_ONE_THREAD;
        return run("norms", rows, together ? rows.getShape().get(0) : 1);
    }

    private static long rowsAtOnce(NDArray vectors, long length, long rows, int threads) {
        long values = length * vectors.getShape().get(1);
        if (vectors.getDevice().isGpu() || values >= VALUES_OF_ONE_THREAD) {
            return 1;
        }
        return rows >= threads ? rows : (VALUES_OF_ONE_THREAD - 1) / values;
    }

    private NDArray run(String method, NDArray first, long... numbers) {
        try (NDManager scratch = first.getManager().newSubManager(Device.cpu())) {
            return operations.run(method, first, scratch.create(numbers));
        }
    }
}
