package io.forestage.nn;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.ParameterStore;
import io.forestage.testing.ParityCase;
import io.forestage.testing.Tolerances;
import io.forestage.torch.HostMemory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares each layout with its formula in 50 digits. */
class SinusoidalPositionalEmbeddingParityTest {

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "vaswani-1",
                "vaswani-2",
                "vaswani-3",
                "vaswani-7",
                "vaswani-8",
                "vaswani-768",
                "tensor2tensor-1",
                "tensor2tensor-2",
                "tensor2tensor-3",
                "tensor2tensor-7",
                "tensor2tensor-8",
                "tensor2tensor-768",
                "x-transformers-2",
                "x-transformers-8",
                "x-transformers-768"
            })
    void everyValueIsTheRoundedValueOfTheFormula(String name) {
        ParityCase expected = ParityCase.read("sinusoid-" + name);
        NDArray positions = expected.array(manager, "position_ids");
        double[] settings = expected.doubles("settings");
        double[] values = expected.doubles("output");
        long[] halves = expected.longs("output_float16_bits");
        int count = values.length / (settings.length / 3);
        for (int setting = 0; setting < settings.length / 3; setting++) {
            SinusoidalPositionalEmbedding.Builder builder =
                    SinusoidalPositionalEmbedding.builder()
                            .setEmbeddingDim(expected.shape("output").get(2))
                            .optLayout(layout(name))
                            .optStart((long) settings[3 * setting])
                            .optBase(settings[3 * setting + 1])
                            .optScale(settings[3 * setting + 2]);
            double[] doubles = forward(builder, DataType.FLOAT64, positions).toDoubleArray();
            float[] floats = forward(builder, DataType.FLOAT32, positions).toFloatArray();
            short[] bits = bits(forward(builder, DataType.FLOAT16, positions));

            assertThat(new int[] {doubles.length, floats.length, bits.length}).containsOnly(count);
            for (int i = 0; i < count; i++) {
                int at = setting * count + i;
                String place = "setting %d, value %d".formatted(setting, i);
                double value = values[at];
                float rounded = (float) value;
                assertThat(Math.abs(doubles[i] - value))
                        .as("%s: %s against %s", place, doubles[i], value)
                        .isLessThanOrEqualTo(Tolerances.SINUSOID_FLOAT64_ULPS * Math.ulp(value));
                assertThat(Math.abs((double) floats[i] - rounded))
                        .as("%s: %s against %s", place, floats[i], rounded)
                        .isLessThanOrEqualTo(Tolerances.SINUSOID_FLOAT32_ULPS * Math.ulp(rounded));
                assertThat(bits[i]).as(place).isEqualTo((short) halves[at]);
            }
        }
    }

    private static SinusoidLayout layout(String name) {
        if (name.startsWith("vaswani")) {
            return SinusoidLayout.VASWANI;
        }
        return name.startsWith("tensor2tensor")
                ? SinusoidLayout.TENSOR2TENSOR
                : SinusoidLayout.X_TRANSFORMERS;
    }

    private NDArray forward(
            SinusoidalPositionalEmbedding.Builder builder, DataType type, NDArray positions) {
        return builder.optDataType(type)
                .build()
                .forward(new ParameterStore(manager, false), new NDList(positions), false)
                .singletonOrThrow();
    }

    private static short[] bits(NDArray halves) {
        short[] bits = new short[Math.toIntExact(halves.size())];
        HostMemory.of(halves).asShortBuffer().get(bits);
        return bits;
    }
}
