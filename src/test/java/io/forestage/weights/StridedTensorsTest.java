package io.forestage.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tensors in other orders than C order, checked against the sum of index times stride. */
class StridedTensorsTest {

    private static final int OFFSET = 3;

    private final Path folder;

    StridedTensorsTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @ParameterizedTest
    @EnumSource(
            value = ElementType.class,
            names = {"U8", "F16", "F32", "F64"})
    void aColumnMajorMatrixIsReadInRows(ElementType type) throws IOException {
        List<Long> shape = List.of(70_001L, 5L);
        assertGathered(type, shape, List.of(1L, 70_001L), ByteOrder.LITTLE_ENDIAN);
        assertGathered(type, shape, List.of(1L, 70_003L), ByteOrder.BIG_ENDIAN);
    }

    @Test
    void aColumnMajorMatrixLargerThanATileIsReadInRows() throws IOException {
        assertGathered(
                ElementType.F32, List.of(900L, 3000L), List.of(1L, 900L), ByteOrder.BIG_ENDIAN);
    }

    @Test
    void aMatrixWithMoreColumnsThanATileIsReadInRows() throws IOException {
        assertGathered(
                ElementType.U8, List.of(2L, 9_000_000L), List.of(1L, 2L), ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void anyStridesAreGathered() throws IOException {
        assertGathered(
                ElementType.F32, List.of(900L, 40L), List.of(80L, 2L), ByteOrder.LITTLE_ENDIAN);
        assertGathered(
                ElementType.F16,
                List.of(30L, 1L, 40L, 50L),
                List.of(50L, 7L, 1500L, 1L),
                ByteOrder.BIG_ENDIAN);
        assertGathered(
                ElementType.F64, List.of(4L, 3L), List.of(50_000L, 1L), ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void bigEndianInCOrderIsSwapped() throws IOException {
        for (ElementType type : List.of(ElementType.F16, ElementType.F32, ElementType.F64)) {
            assertGathered(type, List.of(300L, 301L), null, ByteOrder.BIG_ENDIAN);
        }
    }

    @Test
    void strideZeroIsRefused() throws IOException {
        byte[] bytes = new byte[64];
        try (WeightFile file =
                file(
                        bytes,
                        new TensorEntry("a", ElementType.F32, List.of(1L << 20, 1L << 20)),
                        0,
                        ByteOrder.LITTLE_ENDIAN,
                        List.of(0L, 0L))) {
            assertThatExceptionOfType(WeightFileException.class)
                    .isThrownBy(() -> read(file))
                    .withMessageContaining("expected elements that do not share storage")
                    .withMessageContaining("strides [0, 0]");
        }
    }

    @Test
    void tensorsBeyondTheirBytesAreRefused() {
        assertRefused(List.of(4L, 4L), 0, List.of(4L, 2L));
        assertRefused(List.of(4L, 4L), 4, null);
        assertRefused(List.of(4L, 4L), -4, null);
        assertRefused(List.of(4L), 0, List.of(-1L));
        assertRefused(List.of(4L), 0, List.of(1L, 1L));
        assertRefused(List.of(4L, 4L), 0, List.of(Long.MAX_VALUE, 1L));
        assertRefused(List.of(2L, 2L), 0, List.of(Long.MAX_VALUE, Long.MAX_VALUE));
    }

    private void assertRefused(List<Long> shape, long offset, @Nullable List<Long> strides) {
        assertThatExceptionOfType(WeightFileException.class)
                .isThrownBy(
                        () ->
                                file(
                                        new byte[64],
                                        new TensorEntry("a", ElementType.F32, shape),
                                        offset,
                                        ByteOrder.LITTLE_ENDIAN,
                                        strides))
                .withMessageContaining("\"a\" in ")
                .withMessageContaining("expected a tensor within its storage of 64 bytes");
    }

    private void assertGathered(
            ElementType type, List<Long> shape, @Nullable List<Long> strides, ByteOrder order)
            throws IOException {
        List<Long> steps = strides == null ? cStrides(shape) : strides;
        int size = type.bytes();
        long last = 0;
        for (int i = 0; i < shape.size(); i++) {
            last += (shape.get(i) - 1) * steps.get(i);
        }
        byte[] bytes = new byte[(int) (last + 1) * size + OFFSET];
        new Random(7).nextBytes(bytes);
        TensorEntry entry = new TensorEntry("a", type, shape);
        byte[] expected = new byte[(int) entry.byteSize()];
        for (int to = 0; to < entry.elementCount(); to++) {
            long rest = to;
            long from = 0;
            for (int i = shape.size() - 1; i >= 0; i--) {
                from += rest % shape.get(i) * steps.get(i);
                rest /= shape.get(i);
            }
            for (int b = 0; b < size; b++) {
                int at = order == ByteOrder.LITTLE_ENDIAN ? b : size - 1 - b;
                expected[to * size + b] = bytes[OFFSET + (int) from * size + at];
            }
        }
        try (WeightFile file = file(bytes, entry, OFFSET, order, strides)) {
            assertThat(read(file)).isEqualTo(expected);
            assertThat(file.region(entry)).isEmpty();
        }
    }

    private static List<Long> cStrides(List<Long> shape) {
        return List.of(shape.get(1), 1L);
    }

    private WeightFile file(
            byte[] bytes,
            TensorEntry entry,
            long offset,
            ByteOrder order,
            @Nullable List<Long> strides)
            throws WeightFileException {
        FileBytes source = FileBytes.open(TestFiles.write(folder, bytes));
        return new WeightFile(
                source.path(),
                WeightFormat.NUMPY,
                Map.of(),
                List.of(new StoredTensor(entry, new TensorPlace(source, offset, order, strides))),
                List.of(source));
    }

    private static byte[] read(WeightFile file) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        file.transferTo(file.require("a"), Channels.newChannel(out));
        return out.toByteArray();
    }
}
