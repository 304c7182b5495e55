package io.forestage.weights.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.forestage.weights.ElementType;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.TensorSource;
import io.forestage.weights.TestFiles;
import io.forestage.weights.WeightFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsWriterTest {

    private static final TensorSource ONE =
            TensorSource.ofFloats("a", List.of(1L), TestFiles.floats(1));

    private final Path target;

    SafetensorsWriterTest(@TempDir Path folder) {
        target = folder.resolve("model.safetensors");
    }

    @Test
    void writesTheFormatByteForByte() throws IOException {
        SafetensorsWriter.write(
                target,
                Map.of(),
                List.of(
                        TensorSource.ofFloats("a\"é", List.of(1L, 2L), TestFiles.floats(1, -2)),
                        TensorSource.ofLongs("ids", List.of(), new long[] {50256})));
        String header =
                """
                {"__metadata__":{"format":"pt"},\
                "ids":{"dtype":"I64","shape":[],"data_offsets":[0,8]},\
                "a\\"é":{"dtype":"F32","shape":[1,2],"data_offsets":[8,16]}}      \
                """;
        String length = "9800000000000000";
        String data = "50c4000000000000" + "0000803f" + "000000c0";
        HexFormat hex = HexFormat.of();
        assertThat(hex.formatHex(Files.readAllBytes(target)))
                .isEqualTo(length + hex.formatHex(header.getBytes(StandardCharsets.UTF_8)) + data);
    }

    @Test
    void writtenFilesAreReadBack() throws IOException {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("z", "line\nbreak \u2028 \ud83d\ude00");
        metadata.put("", "");
        SafetensorsWriter.write(
                target,
                metadata,
                List.of(
                        new TensorSource(
                                "mask",
                                ElementType.BOOL,
                                List.of(3L),
                                channel -> channel.write(ByteBuffer.wrap(new byte[] {1, 0, 1}))),
                        TensorSource.ofFloats("empty", List.of(0L, 7L), TestFiles.floats()),
                        TensorSource.ofFloats("f", List.of(2L), TestFiles.floats(0.1f, 0.2f)),
                        TensorSource.ofLongs("ids", List.of(1L, 2L), new long[] {1, -1})));
        try (WeightFile file = SafetensorsFile.open(target)) {
            assertThat(file.metadata())
                    .containsExactly(
                            Map.entry("format", "pt"),
                            Map.entry("z", "line\nbreak \u2028 \ud83d\ude00"),
                            Map.entry("", ""));
            assertThat(file.tensors())
                    .extracting(TensorEntry::name)
                    .containsExactly("ids", "empty", "f", "mask");
            assertThat(file.tensors())
                    .allSatisfy(
                            entry ->
                                    assertThat(offset(file, entry) % entry.type().bytes())
                                            .isZero());
            ByteBuffer floats = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder());
            file.readFloats(file.require("f"), floats);
            assertThat(floats.getFloat(4)).isEqualTo(0.2f);
        }
    }

    @Test
    void manyLongsAndFloatsAreWrittenWhole() throws IOException {
        int count = 100_001;
        long[] longs = new long[count];
        ByteBuffer floats = TestFiles.littleEndian(count * Float.BYTES);
        for (int i = 0; i < count; i++) {
            longs[i] = i * 0x1_0000_0001L;
            floats.putFloat(4 * i, i);
        }
        SafetensorsWriter.write(
                target,
                Map.of(),
                List.of(
                        TensorSource.ofLongs("longs", List.of((long) count), longs),
                        TensorSource.ofFloats("floats", List.of((long) count), floats)));
        ByteBuffer bytes =
                ByteBuffer.wrap(Files.readAllBytes(target)).order(ByteOrder.LITTLE_ENDIAN);
        int start = 8 + (int) bytes.getLong(0);
        long[] longsBack = new long[count];
        bytes.position(start).asLongBuffer().get(longsBack);
        assertThat(longsBack).isEqualTo(longs);
        assertThat(bytes.slice(start + count * 8, count * 4)).isEqualTo(floats);
        assertThat(floats.position()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
    void dataStartsAtAMultipleOfEight(int more) throws IOException {
        TensorSource tensor =
                TensorSource.ofFloats("x".repeat(more), List.of(1L), TestFiles.floats(1));
        SafetensorsWriter.write(target, Map.of(), List.of(tensor));
        try (WeightFile file = SafetensorsFile.open(target)) {
            assertThat(offset(file, file.tensors().get(0)) % 8).isZero();
        }
    }

    @Test
    void theCallersFormatIsKept() throws IOException {
        SafetensorsWriter.write(target, Map.of("format", "np"), List.of());
        try (WeightFile file = SafetensorsFile.open(target)) {
            assertThat(file.metadata()).containsExactly(Map.entry("format", "np"));
            assertThat(file.tensors()).isEmpty();
        }
    }

    @Test
    void aRepeatedNameIsRefused() {
        assertRefused(List.of(ONE, ONE), "expected unique tensor names", "found \"a\"");
    }

    @Test
    void theNameOfTheMetadataIsRefused() {
        assertRefused(
                List.of(TensorSource.ofFloats("__metadata__", List.of(0L), TestFiles.floats())),
                "other than __metadata__, found \"__metadata__\"");
    }

    @Test
    void aNameThatIsNotUnicodeIsRefused() {
        assertRefused(
                List.of(TensorSource.ofFloats("\ud800", List.of(0L), TestFiles.floats())),
                "found an unpaired surrogate");
    }

    @Test
    void tensorsOfTooManyBytesTogetherAreRefused() {
        List<Long> huge = List.of(1L << 62);
        assertRefused(
                List.of(
                        new TensorSource("a", ElementType.U8, huge, channel -> {}),
                        new TensorSource("b", ElementType.U8, huge, channel -> {})),
                "fewer than 2^63 bytes together");
    }

    @Test
    void aShapeThatIsNegativeOrTooLargeIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TensorSource.ofLongs("a", List.of(-1L), new long[0]))
                .withMessageContaining("expected dimensions of 0 or more, found shape [-1]");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                new TensorSource(
                                        "a", ElementType.F64, List.of(1L << 60), channel -> {}))
                .withMessageContaining("expected fewer than 2^63 bytes");
    }

    @Test
    void valuesThatDoNotMatchTheShapeAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TensorSource.ofLongs("a", List.of(3L), new long[2]))
                .withMessage("\"a\": expected 24 bytes for I64 [3], found 16");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TensorSource.ofFloats("a", List.of(), TestFiles.floats()))
                .withMessage("\"a\": expected 4 bytes for F32 [], found 0");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 5})
    void aSourceThatWritesTooMuchOrTooLittleIsRefused(int bytes) {
        TensorSource wrong =
                new TensorSource(
                        "a",
                        ElementType.F32,
                        List.of(),
                        channel -> channel.write(ByteBuffer.allocate(bytes)));
        assertRefused(List.of(wrong), "\"a\": expected 4 bytes from its source, found");
    }

    @Test
    void aSourceCannotWriteAfterClosingItsChannel() {
        TensorSource closing =
                new TensorSource(
                        "a",
                        ElementType.F32,
                        List.of(),
                        channel -> {
                            channel.close();
                            assertThat(channel.isOpen()).isFalse();
                            channel.write(ByteBuffer.allocate(4));
                        });
        assertThatExceptionOfType(ClosedChannelException.class)
                .isThrownBy(() -> SafetensorsWriter.write(target, Map.of(), List.of(closing)));
        assertThat(target).doesNotExist();
    }

    private void assertRefused(List<TensorSource> tensors, String... words) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SafetensorsWriter.write(target, Map.of(), tensors))
                .satisfies(refusal -> assertThat(refusal.getMessage()).contains(words));
        assertThat(target.getParent()).isEmptyDirectory();
    }

    private static long offset(WeightFile file, TensorEntry entry) {
        return file.region(entry).orElseThrow().offset();
    }
}
