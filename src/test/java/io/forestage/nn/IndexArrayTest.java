package io.forestage.nn;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The comparison that a GPU makes, here on the CPU. */
class IndexArrayTest {

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void closeManager() {
        manager.close();
    }

    @ParameterizedTest
    @CsvSource({
        "INT32, 0, 9, 10, true",
        "INT64, 0, 9, 10, true",
        "INT32, 0, 10, 10, false",
        "INT64, 0, 10, 10, false",
        "INT32, -1, 9, 10, false",
        "INT64, -1, 9, 10, false",
        "INT64, 0, 0, 0, false",
        "INT64, 0, 4294967296, 10, false",
        "INT64, -9223372036854775808, 0, 10, false",
        "INT64, 0, 9223372036854775806, 9223372036854775807, true",
        "INT32, 0, 2147483647, 9223372036854775807, true",
    })
    void clippingChangesOnlyValuesOutOfRange(
            DataType type, long least, long greatest, long limit, boolean isBelow) {
        NDArray array =
                manager.create(new long[] {0, least, 0, greatest}, new Shape(2, 2))
                        .toType(type, true);

        assertThat(IndexArray.equalsClipped(array, limit)).isEqualTo(isBelow);
    }

    @Test
    void aComparisonLeavesNothingInTheManager() {
        NDArray array = manager.create(new long[] {1, 2});
        int before = manager.getManagedArrays().size();
        IndexArray.equalsClipped(array, 3);

        assertThat(manager.getManagedArrays()).hasSize(before);
    }

    @Test
    void arraysOnTheCpuAreReadInstead() {
        assertThat(IndexArray.isKnownBelow(manager.create(new long[] {1}), 10)).isFalse();
    }
}
