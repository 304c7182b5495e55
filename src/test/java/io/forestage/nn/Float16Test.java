package io.forestage.nn;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class Float16Test {

    private static final int INFINITY = 0x7c00;

    @Test
    void everyHalfRoundsToItself() {
        for (int bits = 0; bits < INFINITY; bits++) {
            assertThat(SinusoidTable.Float16.bits(value(bits))).isEqualTo((short) bits);
            assertThat(SinusoidTable.Float16.bits(-value(bits))).isEqualTo((short) (bits | 0x8000));
        }
    }

    @Test
    void aValueRoundsToTheNearestHalfAndATieToTheEvenOne() {
        for (int bits = 0; bits < INFINITY; bits++) {
            double middle = (value(bits) + value(bits + 1)) / 2;
            int even = bits % 2 == 0 ? bits : bits + 1;

            assertThat(SinusoidTable.Float16.bits(Math.nextDown(middle))).isEqualTo((short) bits);
            assertThat(SinusoidTable.Float16.bits(middle)).isEqualTo((short) even);
            assertThat(SinusoidTable.Float16.bits(Math.nextUp(middle)))
                    .isEqualTo((short) (bits + 1));
        }
    }

    @Test
    void aValueNearATieIsNotRoundedToFloat32First() {
        double aboveTheTie = 1 + 0x1p-11 + 0x1p-30;

        assertThat((float) aboveTheTie).isEqualTo((float) (1 + 0x1p-11));
        assertThat(SinusoidTable.Float16.bits(aboveTheTie)).isEqualTo((short) 0x3c01);
    }

    @Test
    void aValueThatIsTooLargeBecomesInfinite() {
        assertThat(SinusoidTable.Float16.bits(1e300)).isEqualTo((short) INFINITY);
        assertThat(SinusoidTable.Float16.bits(Double.NEGATIVE_INFINITY)).isEqualTo((short) 0xfc00);
        assertThat(SinusoidTable.Float16.bits(Double.NaN)).isEqualTo((short) 0x7e00);
    }

    /** The value of the bits by IEEE 754; 65536, the next number, for those of infinity. */
    private static double value(int bits) {
        int exponent = bits >> 10;
        int fraction = bits & 0x3ff;
        return exponent == 0
                ? fraction * 0x1p-24
                : Math.scalb(1 + fraction * 0x1p-10, exponent - 15);
    }
}
