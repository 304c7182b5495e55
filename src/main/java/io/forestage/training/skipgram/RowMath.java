package io.forestage.training.skipgram;

import java.lang.reflect.Constructor;
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

    /**
     * Returns the fastest that this JVM has: with Java's vector module, if the JVM was started with
     * {@code --add-modules jdk.incubator.vector}.
     */
    static RowMath fastest(int dimension) {
        if (ModuleLayer.boot().findModule(MODULE).isPresent()) {
            try {
                Constructor<?> vectors = Class.forName(VECTORS).getDeclaredConstructor(int.class);
                return (RowMath) vectors.newInstance(dimension);
            } catch (ReflectiveOperationException | LinkageError otherVersion) {
                LoggerFactory.getLogger(RowMath.class)
                        .debug("training without {}", MODULE, otherVersion);
            }
        }
        return new LoopRowMath(dimension);
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
