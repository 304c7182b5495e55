package io.forestage.weights.words;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compared with the JDK's parser. */
class FloatTextTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-0",
                "1",
                "+1.5",
                ".5",
                "5.",
                "-1.17549435E-38",
                "1e-45",
                "7e-46",
                "1e-60",
                "3.4028235e38",
                "123456789012345678901234567890",
                "0.1000000014901161193847656250",
                "16777217",
                "16777217.0000000001",
                "8388608.5",
                "1.00000017881393421514957253748434595763683319091796875001",
                "9007199254740993",
                "1e+05",
                "-3.0517578125e-05",
                "1e22",
                "1e23",
                "0.00000000000000000000000001"
            })
    void aNumberIsTheNearestFloat(String text) {
        assertThat(parse(text)).isEqualTo(Float.parseFloat(text));
    }

    @Test
    void everyFloatIsReadBackAndSoAreDecimalsBetweenFloats() {
        Random random = new Random(5);
        for (int i = 0; i < 200_000; i++) {
            float value = Float.intBitsToFloat(random.nextInt());
            if (Float.isFinite(value)) {
                assertThat(parse(Float.toString(value))).isEqualTo(value);
                String between = Double.toString(((double) value + Math.nextUp(value)) / 2);
                float expected = Float.parseFloat(between);
                assertThat(parse(between))
                        .isEqualTo(Float.isFinite(expected) ? expected : Float.NaN);
            }
            String fixed = "%.6f".formatted(random.nextGaussian());
            assertThat(parse(fixed)).isEqualTo(Float.parseFloat(fixed));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                ".",
                "e5",
                "1e",
                "1e+",
                "1e5.0",
                "1f",
                "1d",
                "0x1p3",
                "nan",
                "NaN",
                "inf",
                "Infinity",
                "1e39",
                "--1",
                "1.2.3",
                "1_0",
                "١"
            })
    void whatIsNoFiniteNumberIsRefused(String text) {
        assertThat(parse(text)).isNaN();
    }

    private static float parse(String text) {
        byte[] bytes = ("x" + text + "9").getBytes(StandardCharsets.UTF_8);
        return FloatText.parse(bytes, 1, bytes.length - 1);
    }
}
