package io.forestage.training.skipgram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The loops and Java's vectors make the same bits. */
class RowMathTest {

    private static boolean hasModule() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    }

    @Test
    void aJvmWithTheModuleTrainsWithVectors() {
        boolean expected =
                hasModule() && RowMath.compilesVectors(System.getProperty("java.vm.info"));
        assertThat(RowMath.fastest(8).getClass().getSimpleName())
                .isEqualTo(expected ? "VectorRowMath" : "LoopRowMath");
    }

    @ParameterizedTest
    @CsvSource({
        "'mixed mode, sharing', true",
        "compiled mode, true",
        "'mixed mode, emulated-client, sharing', false",
        "'interpreted mode, sharing', false"
    })
    void withoutTheOptimisingCompilerLoopsAreFaster(String vmInfo, boolean expected) {
        assertThat(RowMath.compilesVectors(vmInfo)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "D = {0}, {1} rows")
    @CsvSource({
        "1, 3", "3, 6", "4, 6", "5, 3", "7, 9", "8, 12", "31, 6", "64, 15", "100, 6", "127, 9",
        "128, 3", "128, 6", "128, 9", "130, 6", "300, 6", "300, 18", "1021, 6"
    })
    void vectorsHaveTheLoopsBits(int dimension, int count) {
        RowMath loops = new LoopRowMath(dimension);
        RowMath vectors = RowMath.fastest(dimension);
        assumeFalse(vectors instanceof LoopRowMath, "a JVM with jdk.incubator.vector");
        float[][] expected = values(dimension, count);
        float[][] found = values(dimension, count);
        for (int step = 0; step < 3; step++) { // what a step leaves behind would show in the next
            float[] gradients = values(count, 1)[0];
            gradients[count - 1] = 0f; // of a spare row
            assertThat(scores(vectors, found, count)).isEqualTo(scores(loops, expected, count));
            loops.update(expected[count], expected, count, gradients);
            vectors.update(found[count], found, count, gradients);
            for (int i = 0; i <= count; i++) {
                assertThat(bits(found[i])).as("row %d", i).isEqualTo(bits(expected[i]));
            }
        }
    }

    /** The center is the last of the rows. */
    private static int[] scores(RowMath math, float[][] rows, int count) {
        float[] scores = new float[count];
        math.score(rows[count], rows, count, scores);
        return bits(scores);
    }

    private static int[] bits(float... values) {
        int[] bits = new int[values.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToIntBits(values[i]);
        }
        return bits;
    }

    /** Numbers of many sizes, both zeros and the ends of the range among them. */
    private static float[][] values(int dimension, int count) {
        Random random = new Random(dimension * 31L + count);
        float[] special = {0f, -0f, Float.MIN_VALUE, -1e-38f, 3e38f};
        float[][] rows = new float[count + 1][dimension];
        for (float[] row : rows) {
            for (int i = 0; i < dimension; i++) {
                row[i] =
                        random.nextInt(20) == 0
                                ? special[random.nextInt(special.length)]
                                : (float) (random.nextGaussian() * Math.exp(random.nextGaussian()));
            }
        }
        return rows;
    }
}
