package io.forestage.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FloatWideningTest {

    private static final int PATTERNS = 1 << 16;

    @Test
    void everyHalfWidensExactly() {
        int[] floats = widen(ElementType.F16, everyPattern());
        for (int half = 0; half < PATTERNS; half++) {
            assertThat(floats[half])
                    .as("half 0x%04x", half)
                    .isEqualTo(Float.floatToRawIntBits(oracle(half)));
        }
    }

    /** The definition of binary16, computed in doubles, which represent its values exactly. */
    private static float oracle(int half) {
        int sign = half >> 15;
        int exponent = half >> 10 & 0x1f;
        int mantissa = half & 0x3ff;
        double value;
        if (exponent == 31 && mantissa != 0) {
            // IEEE 754: the payload's leading bits stay leading, and the first one means quiet.
            String payload = "1" + Integer.toBinaryString(0x400 | mantissa).substring(2);
            String bits = sign + "1".repeat(8) + payload + "0".repeat(13);
            return Float.intBitsToFloat(Integer.parseUnsignedInt(bits, 2));
        } else if (exponent == 31) {
            value = Double.POSITIVE_INFINITY;
        } else if (exponent == 0) {
            value = Math.pow(2, -14) * (mantissa / 1024.0);
        } else {
            value = Math.pow(2, exponent - 15) * (1 + mantissa / 1024.0);
        }
        return (float) (sign == 1 ? -value : value);
    }

    @Test
    void everyBrainFloatIsTheUpperHalfOfItsFloat() {
        int[] floats = widen(ElementType.BF16, everyPattern());
        for (int upper = 0; upper < PATTERNS; upper++) {
            assertThat(floats[upper]).as("0x%04x", upper).isEqualTo(upper * 65536);
        }
    }

    @Test
    void floatsKeepTheirBitsAndTheirNanPayloads() {
        int[] bits = {0x7f800001, 0xffc12345, 0x80000000, 1, 0x3f800000};
        ByteBuffer chunk = TestFiles.littleEndian(bits.length * Integer.BYTES);
        chunk.asIntBuffer().put(bits);
        assertThat(widen(ElementType.F32, chunk)).containsExactly(bits);
    }

    @Test
    void doublesRoundToTheNearestFloat() {
        double tie = 1 + 0x1p-24;
        double[] doubles = {tie, Math.nextUp(tie), 1 + 3 * 0x1p-24, 1e300, -1e300, 0x1p-150, -0.0};
        ByteBuffer chunk = TestFiles.littleEndian(doubles.length * Double.BYTES);
        chunk.asDoubleBuffer().put(doubles);
        assertThat(widen(ElementType.F64, chunk))
                .containsExactly(
                        0x3f800000, // a tie rounds to even, here down
                        0x3f800001,
                        0x3f800002, // here up
                        0x7f800000,
                        0xff800000,
                        0,
                        0x80000000);
    }

    @Test
    void doublesThatAreFloatsKeepTheirValue() {
        Random random = new Random(1);
        int[] bits =
                random.ints(10_000).filter(b -> !Float.isNaN(Float.intBitsToFloat(b))).toArray();
        ByteBuffer chunk = TestFiles.littleEndian(bits.length * Double.BYTES);
        for (int b : bits) {
            chunk.putDouble(Float.intBitsToFloat(b));
        }
        assertThat(widen(ElementType.F64, chunk.flip())).containsExactly(bits);
    }

    @Test
    void integersAreNotFloats() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> widen(ElementType.I32, TestFiles.littleEndian(4)))
                .withMessageContaining("expected F16, BF16, F32 or F64, found I32");
    }

    private static ByteBuffer everyPattern() {
        ByteBuffer chunk = TestFiles.littleEndian(PATTERNS * Short.BYTES);
        for (int pattern = 0; pattern < PATTERNS; pattern++) {
            chunk.putShort((short) pattern);
        }
        return chunk.flip();
    }

    private static int[] widen(ElementType type, ByteBuffer chunk) {
        int[] floats = new int[chunk.remaining() / type.bytes()];
        new FloatConversion(type, floats.length).widen(chunk, IntBuffer.wrap(floats));
        return floats;
    }
}
