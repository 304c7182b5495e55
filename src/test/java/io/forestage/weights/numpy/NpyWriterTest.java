package io.forestage.weights.numpy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.forestage.weights.ElementType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class NpyWriterTest {

    private final Path target;

    NpyWriterTest(@TempDir Path folder) {
        target = folder.resolve("array.npy");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void writesTheSameBytesAsNumPy(
            String fixture, ElementType type, List<Long> shape, ByteBuffer data)
            throws IOException {
        NpyWriter.write(target, type, shape, channel -> channel.write(data));
        assertThat(Files.readAllBytes(target)).isEqualTo(NpyBytes.resource(fixture));
    }

    static Stream<Arguments> writesTheSameBytesAsNumPy() {
        return Stream.of(
                arguments(
                        "matrix.npy",
                        ElementType.F32,
                        List.of(2L, 3L),
                        NpyBytes.floats(0, 1, 2, 3, 4, 5)),
                arguments(
                        "vector.npy",
                        ElementType.I64,
                        List.of(3L),
                        NpyBytes.littleEndian(24).putLong(1).putLong(-1).putLong(1L << 40).flip()),
                arguments(
                        "scalar.npy",
                        ElementType.F64,
                        List.of(),
                        NpyBytes.littleEndian(8).putDouble(0.1).flip()));
    }

    @Test
    void theHeaderIsOneAlignedLine() throws IOException {
        NpyWriter.write(target, ElementType.F32, List.of(0L, 3L), channel -> {});
        byte[] bytes = Files.readAllBytes(target);
        assertThat(bytes).hasSize(128).startsWith(0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 118, 0);
        assertThat(new String(bytes, 10, 118, StandardCharsets.ISO_8859_1))
                .isEqualTo(
                        "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 3), }"
                                + " ".repeat(58)
                                + "\n");
    }

    @ParameterizedTest
    @MethodSource
    void everyTypeHasNumPysName(ElementType type, String name) throws IOException {
        NpyWriter.write(target, type, List.of(0L), channel -> {});
        assertThat(Files.readString(target, StandardCharsets.ISO_8859_1))
                .contains("{'descr': '" + name + "', ");
    }

    static Stream<Arguments> everyTypeHasNumPysName() {
        return Stream.of(
                arguments(ElementType.BOOL, "|b1"),
                arguments(ElementType.U8, "|u1"),
                arguments(ElementType.I8, "|i1"),
                arguments(ElementType.U16, "<u2"),
                arguments(ElementType.I16, "<i2"),
                arguments(ElementType.F16, "<f2"),
                arguments(ElementType.U32, "<u4"),
                arguments(ElementType.I32, "<i4"),
                arguments(ElementType.F32, "<f4"),
                arguments(ElementType.U64, "<u8"),
                arguments(ElementType.I64, "<i8"),
                arguments(ElementType.F64, "<f8"));
    }

    @ParameterizedTest
    @EnumSource(names = {"BF16", "F8_E4M3", "F8_E5M2"})
    void aTypeThatNumPyDoesNotSupportIsRefused(ElementType type) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NpyWriter.write(target, type, List.of(0L), channel -> {}))
                .withMessage(
                        "expected a type that NumPy supports, found %s; convert it to F32", type);
        assertThat(target).doesNotExist();
    }

    @Test
    void dataOfAnotherSizeIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                NpyWriter.write(
                                        target,
                                        ElementType.F32,
                                        List.of(2L),
                                        channel -> channel.write(ByteBuffer.allocate(4))))
                .withMessageContaining("expected 8 bytes from its source, found 4");
        assertThat(target).doesNotExist();
    }

    @Test
    void anInvalidShapeIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> NpyWriter.write(target, ElementType.U8, List.of(-1L), channel -> {}))
                .withMessageContaining("found shape [-1]");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                NpyWriter.write(
                                        target,
                                        ElementType.U8,
                                        Collections.nCopies(65, 1L),
                                        channel -> {}))
                .withMessage("expected at most 64 dimensions, found 65");
    }
}
