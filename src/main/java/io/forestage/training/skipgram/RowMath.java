package io.forestage.training.skipgram;

import org.slf4j.LoggerFactory;

/**
 * The loops of skip-gram over a center and rows, three rows at a time. All implementations do the
 * same operations in the same order, so their bits are the same: a score has four partial sums,
 * element i in the sum i mod 4, each by {@link Math#fma}; a last one to three elements are added to
 * the first sum.
 */
abstract class RowMath {

    /** The number of rows is a multiple of it. */
    static final int GROUP = 3;

    private static final String MODULE = "jdk.incubator.vector";

    /** Compiled apart from the others, since it needs the module. */
    private static final String VECTORS = "io.forestage.training.skipgram.VectorRowMath";

    private static final boolean HAS_VECTORS = hasVectors();

    /**
     * Returns the fastest that this JVM has: with Java's vector module, if the JVM was started with
     * {@code --add-modules jdk.incubator.vector} and has the compiler that makes instructions of
     * it.
     */
    static RowMath fastest(int dimension) {
        try {
            return HAS_VECTORS ? vectors(dimension) : new LoopRowMath(dimension);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e); // hasVectors has made one
        }
    }

    /**
     * Returns whether a JVM compiles vectors to instructions. Its quick compiler and its
     * interpreter make objects of them, which takes twenty times as long as the loops.
     *
     * @param vmInfo the system property java.vm.info
     */
    static boolean compilesVectors(String vmInfo) {
        return !vmInfo.contains("interpreted mode") && !vmInfo.contains("emulated-client");
    }

    /** Another JDK may have another form of the module, which shows in the first step. */
    private static boolean hasVectors() {
        if (ModuleLayer.boot().findModule(MODULE).isEmpty()
                || !compilesVectors(System.getProperty("java.vm.info", ""))) {
            return false;
        }
        try {
            int dimension = 64; // more than any processor's vector
            for (int count = GROUP; count <= 2 * GROUP; count += GROUP) {
                RowMath math = vectors(dimension);
                float[][] rows = new float[count][dimension];
                math.score(new float[dimension], rows, count, new float[count]);
                math.update(new float[dimension], rows, count, new float[count]);
            }
            return true;
        } catch (ReflectiveOperationException | LinkageError otherVersion) {
            LoggerFactory.getLogger(RowMath.class)
                    .debug("training without {}", MODULE, otherVersion);
            return false;
        }
    }

    private static RowMath vectors(int dimension) throws ReflectiveOperationException {
        return Class.forName(VECTORS)
                .asSubclass(RowMath.class)
                .getDeclaredConstructor(int.class)
                .newInstance(dimension);
    }

    /**
     * Computes the products of the center with rows.
     *
     * @param center D values
     * @param rows the rows, D values each
     * @param count how many of them, a multiple of {@link #GROUP}
     * @param scores receives a product for each row
     */
    abstract void score(float[] center, float[][] rows, int count, float[] scores);

    /**
     * Adds to each row the center times its gradient, and to the center each row as it was times
     * its gradient.
     */
    abstract void update(float[] center, float[][] rows, int count, float[] gradients);
}
