package io.forestage.weights.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forestage.weights.ElementType;
import io.forestage.weights.FileBytes;
import io.forestage.weights.FileRegion;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.WeightFile;
import io.forestage.weights.WeightFileException;
import io.forestage.weights.checkpoint.WeightFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufFileTest {

    private static final int Q4_K = 12;

    @TempDir private Path folder;

    @Test
    void theTablesGetGpt2sNamesAndTheirShapeSlowestDimensionFirst() throws IOException {
        GgufBytes file =
                GgufBytes.gpt2()
                        .floats("token_embd.weight", 3, 2, 1, 2, 3, 4, 5, 6)
                        .floats("position_embd.weight", 1, 2, 7, 8)
                        .floats("output_norm.weight", 1, 2, 9, 10);
        for (int version = 2; version <= 3; version++) {
            byte[] bytes = file.bytes();
            bytes[4] = (byte) version;
            try (WeightFile opened = WeightFiles.open(write(bytes))) {
                assertThat(opened.format().title()).isEqualTo("GGUF");
                assertThat(opened.tensors())
                        .containsExactly(
                                new TensorEntry("wte.weight", ElementType.F32, List.of(3L, 2L)),
                                new TensorEntry("wpe.weight", ElementType.F32, List.of(1L, 2L)),
                                new TensorEntry(
                                        "output_norm.weight", ElementType.F32, List.of(1L, 2L)));
                assertThat(floats(opened, "wte.weight")).containsExactly(1, 2, 3, 4, 5, 6);
                assertThat(floats(opened, "wpe.weight")).containsExactly(7, 8);
            }
        }
    }

    @Test
    void plainFloatsCanBeMapped() throws IOException {
        Path path = write(GgufBytes.gpt2().floats("token_embd.weight", 1, 2, 1, 2).bytes());
        try (WeightFile opened = GgufFile.open(path)) {
            Optional<FileRegion> region = opened.region(opened.require("wte.weight"));
            assertThat(region).isPresent();
            assertThat(region.get().offset() % 4).isZero();
        }
    }

    @Test
    void q8ValuesAreTheScaleTimesTheByte() throws IOException {
        int blocks = 5000;
        byte[] data = new byte[blocks * 34];
        ByteBuffer bytes = GgufBytes.little(data);
        float[] expected = new float[blocks * 32];
        for (int block = 0; block < blocks; block++) {
            // 0x3555 is 0.333251953125; 0x0001 is 2^-24, a subnormal.
            bytes.putShort((short) (block % 2 == 0 ? 0x3555 : 0x0001));
            float scale = block % 2 == 0 ? (float) 0.333251953125 : 0x1p-24f;
            for (int i = 0; i < 32; i++) {
                byte value = (byte) (block * 7 + i * 9);
                bytes.put(value);
                expected[block * 32 + i] = scale * value;
            }
        }
        Path path =
                write(
                        GgufBytes.gpt2()
                                .tensor("token_embd.weight", 8, List.of(64L, blocks / 2L), data)
                                .bytes());
        try (WeightFile opened = GgufFile.open(path)) {
            TensorEntry table = opened.require("wte.weight");
            assertThat(table.shape()).containsExactly(blocks / 2L, 64L);
            assertThat(opened.region(table)).isEmpty();
            assertThat(floats(opened, "wte.weight")).isEqualTo(expected);
        }
    }

    @Test
    void partsOfQ8TensorsAreReadFromAnyPosition() throws IOException {
        byte[] data = new byte[2 * 34];
        ByteBuffer bytes = GgufBytes.little(data);
        bytes.putShort((short) 0x3c00).put(new byte[32]).putShort((short) 0x4000);
        for (int i = 0; i < 32; i++) {
            bytes.put((byte) i);
        }
        Path path = write(data);
        try (FileBytes file = FileBytes.open(path)) {
            Q8Blocks values = new Q8Blocks(file, 0, 2);
            byte[] part = new byte[7];
            values.read(null, 33 * 4 + 1, ByteBuffer.wrap(part));
            ByteBuffer whole = GgufBytes.little(256);
            values.read(null, 0, whole);
            assertThat(whole.getFloat(33 * 4)).isEqualTo(2);
            byte[] same = new byte[7];
            whole.get(33 * 4 + 1, same);
            assertThat(part).isEqualTo(same);
            assertThatThrownBy(() -> values.read(null, 250, GgufBytes.little(7)))
                    .isInstanceOf(WeightFileException.class);
        }
    }

    @Test
    void halvesAndBfloat16AreRead() throws IOException {
        Path path =
                write(
                        GgufBytes.gpt2()
                                .tensor(
                                        "token_embd.weight",
                                        1,
                                        List.of(1L, 1L),
                                        new byte[] {0, 0x3c})
                                .tensor(
                                        "position_embd.weight",
                                        30,
                                        List.of(1L, 1L),
                                        new byte[] {0, 0x40})
                                .bytes());
        try (WeightFile opened = GgufFile.open(path)) {
            assertThat(floats(opened, "wte.weight")).containsExactly(1);
            assertThat(floats(opened, "wpe.weight")).containsExactly(2);
        }
    }

    @Test
    void anotherQuantisationIsRefusedByNameWhenTheTableIsRead() throws IOException {
        Path path =
                write(
                        GgufBytes.gpt2()
                                .tensor("token_embd.weight", Q4_K, List.of(256L, 1L), new byte[144])
                                .bytes());
        try (WeightFile opened = GgufFile.open(path)) {
            assertThatThrownBy(() -> floats(opened, "wte.weight"))
                    .isInstanceOf(WeightFileException.class)
                    .hasMessageContainingAll("F32, F16, BF16 or Q8_0", "found Q4_K", "q8_0");
        }
    }

    @Test
    void anotherQuantisationBesideTheTablesIsNobodysConcern() throws IOException {
        Path path =
                write(
                        GgufBytes.gpt2()
                                .tensor("blk.0.ffn_up.weight", Q4_K, List.of(256L), new byte[144])
                                .tensor("of.the.future", 99, List.of(5L), new byte[7])
                                .floats("token_embd.weight", 1, 1, 3)
                                .bytes());
        try (WeightFile opened = GgufFile.open(path)) {
            assertThat(opened.require("blk.0.ffn_up.weight").type()).isEqualTo(ElementType.OTHER);
            assertThat(floats(opened, "wte.weight")).containsExactly(3);
        }
    }

    @Test
    void aModelThatDoesMoreWithItsTablesKeepsTheFilesNames() throws IOException {
        Path path =
                write(
                        new GgufBytes(3)
                                .text("general.architecture", "bert")
                                .floats("token_embd.weight", 1, 1, 3)
                                .bytes());
        try (WeightFile opened = GgufFile.open(path)) {
            assertThat(opened.find("wte.weight")).isEmpty();
            assertThat(opened.find("token_embd.weight")).isPresent();
        }
    }

    @Test
    void metadataOfEveryTypeIsListed() throws IOException {
        byte[] nested =
                GgufBytes.little(12 + 13)
                        .putInt(9)
                        .putLong(1)
                        .putInt(0)
                        .putLong(1)
                        .put((byte) 5)
                        .array();
        GgufBytes file =
                GgufBytes.gpt2()
                        .value("u8", 0, new byte[] {-1})
                        .value("i8", 1, new byte[] {-1})
                        .value("u16", 2, new byte[] {-1, -1})
                        .value("i16", 3, new byte[] {-1, -1})
                        .uint32("u32", -1)
                        .value("i32", 5, GgufBytes.little(4).putInt(-1).array())
                        .value("f32", 6, GgufBytes.little(4).putFloat(0.5f).array())
                        .bool("bool", true)
                        .value("u64", 10, GgufBytes.little(8).putLong(-1).array())
                        .value("i64", 11, GgufBytes.little(8).putLong(-1).array())
                        .value("f64", 12, GgufBytes.little(8).putDouble(0.25).array())
                        .texts("texts", List.of("a", "b"))
                        .int32s("numbers", 1, 2, 3)
                        .value("nested", 9, nested);
        try (WeightFile opened = GgufFile.open(write(file.bytes()))) {
            assertThat(opened.metadata())
                    .containsEntry("general.architecture", "gpt2")
                    .containsEntry("u8", "255")
                    .containsEntry("i8", "-1")
                    .containsEntry("u16", "65535")
                    .containsEntry("i16", "-1")
                    .containsEntry("u32", "4294967295")
                    .containsEntry("i32", "-1")
                    .containsEntry("f32", "0.5")
                    .containsEntry("bool", "true")
                    .containsEntry("u64", "18446744073709551615")
                    .containsEntry("i64", "-1")
                    .containsEntry("f64", "0.25")
                    .containsEntry("texts", "(string × 2)")
                    .containsEntry("numbers", "(int32 × 3)")
                    .containsEntry("nested", "(array × 1)");
        }
    }

    @Test
    void damagedHeadersAreRefused() throws IOException {
        refused(new GgufBytes(1).bytes(), "version 1");
        refused(new GgufBytes(3 << 24).bytes(), "big-endian");
        refused(GgufBytes.gpt2().text("general.architecture", "gpt2").bytes(), "twice");
        refused(GgufBytes.gpt2().value("k", 13, new byte[8]).bytes(), "type 13");
        refused(GgufBytes.gpt2().value("k", 7, new byte[] {2}).bytes(), "found 2");
        refused(GgufBytes.gpt2().uint32("general.alignment", 48).bytes(), "power of two");
        refused(GgufBytes.gpt2().uint32("general.alignment", 0).bytes(), "power of two");
        refused(
                GgufBytes.gpt2().value("k", 8, GgufBytes.little(8).putLong(-1).array()).bytes(),
                "18446744073709551615");
        refused(
                GgufBytes.gpt2()
                        .value("k", 9, GgufBytes.little(12).putInt(8).putLong(1L << 40).array())
                        .bytes(),
                "1099511627776");
        refused(GgufBytes.gpt2().tensor("t", 0, List.of(1L, 1L, 1L, 1L, 1L), 0).bytes(), "found 5");
        refused(GgufBytes.gpt2().tensor("t", 0, List.of(-1L), 0).bytes(), "shape");
        refused(GgufBytes.gpt2().tensor("t", 0, List.of(1L << 62, 4L), 0).bytes(), "2^63");
        refused(GgufBytes.gpt2().tensor("t", 0, List.of(9L), 0).bytes(), "36 bytes");
        refused(GgufBytes.gpt2().tensor("t", 0, List.of(0L), 1).bytes(), "multiple of 32");
        refused(GgufBytes.gpt2().tensor("t", 0, List.of(1L), -32).bytes(), "offset");
        refused(
                GgufBytes.gpt2()
                        .tensor("token_embd.weight", Q4_K, List.of(256L, 1L << 40), new byte[144])
                        .bytes(),
                "at least ");
        refused(GgufBytes.gpt2().tensor("t", 8, List.of(31L), new byte[34]).bytes(), "rows of 31");
        refused(
                GgufBytes.gpt2()
                        .floats("token_embd.weight", 1, 1, 1)
                        .floats("wte.weight", 1, 1, 1)
                        .bytes(),
                "twice");
    }

    @Test
    void aFileThatIsCutAnywhereIsRefused() throws IOException {
        byte[] whole =
                GgufBytes.gpt2()
                        .texts("tokenizer.ggml.tokens", List.of("a", "b"))
                        .floats("token_embd.weight", 1, 2, 1, 2)
                        .bytes();
        for (int length = 4; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            refused(cut, "; ");
        }
    }

    private void refused(byte[] bytes, String message) throws IOException {
        Path path = write(bytes);
        assertThatThrownBy(() -> GgufFile.open(path).close())
                .isInstanceOf(WeightFileException.class)
                .hasMessageContainingAll("expected ", "found ", message);
    }

    private Path write(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("model.gguf"), bytes);
    }

    private static float[] floats(WeightFile file, String name) throws IOException {
        TensorEntry entry = file.require(name);
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.toIntExact(4 * entry.elementCount()))
                        .order(ByteOrder.nativeOrder());
        file.readFloats(entry, bytes);
        float[] values = new float[bytes.flip().remaining() / 4];
        bytes.asFloatBuffer().get(values);
        return values;
    }
}
