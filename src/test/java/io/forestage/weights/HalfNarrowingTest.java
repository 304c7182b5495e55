package io.forestage.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import org.junit.jupiter.api.Test;

/** All of float16, and for each two neighbours the float32 values where rounding changes. */
class HalfNarrowingTest {

    private static final int INFINITY = 0x7c00;

    @Test
    void everyHalfComesBackFromFloat32() {
        for (int half = 0; half <= 0xffff; half++) {
            int magnitude = half & 0x7fff;
            int expected = magnitude > INFINITY ? half | 0x200 : half;
            assertThat(narrow(widen(half))).isEqualTo(expected);
        }
    }

    @Test
    void valuesBetweenTwoHalvesRoundToTheNearestTiesToEven() {
        for (int half = 0; half < INFINITY - 1; half++) {
            float low = Float.intBitsToFloat(widen(half));
            float high = Float.intBitsToFloat(widen(half + 1));
            float tie = low + (high - low) / 2;
            int even = half + (half & 1);
            for (float sign : new float[] {1, -1}) {
                int signBit = sign < 0 ? 0x8000 : 0;
                assertThat(narrow(bits(sign * tie))).isEqualTo(signBit | even);
                assertThat(narrow(bits(sign * Math.nextDown(tie)))).isEqualTo(signBit | half);
                assertThat(narrow(bits(sign * Math.nextUp(tie)))).isEqualTo(signBit | half + 1);
            }
        }
    }

    @Test
    void valuesBeyondTheLargestHalfAreInfinite() {
        assertThat(narrow(bits(65504))).isEqualTo(INFINITY - 1);
        assertThat(narrow(bits(FloatConversion.MAX_HALF))).isEqualTo(INFINITY - 1);
        assertThat(narrow(bits(65520))).isEqualTo(INFINITY);
        assertThat(narrow(bits(-Float.MAX_VALUE))).isEqualTo(0x8000 | INFINITY);
        assertThat(narrow(bits(Float.MIN_VALUE))).isZero();
        assertThat(narrow(bits(-0f))).isEqualTo(0x8000);
    }

    private static int bits(float value) {
        return Float.floatToRawIntBits(value);
    }

    private static int narrow(int bits) {
        return FloatConversion.toHalf(bits) & 0xffff;
    }

    private static int widen(int half) {
        ByteBuffer bytes =
                ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN).putShort(0, (short) half);
        IntBuffer floats = IntBuffer.allocate(1);
        new FloatConversion(ElementType.F16, 1).widen(bytes, floats);
        return floats.get(0);
    }
}
