package io.forestage.training.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forestage.training.KilledTraining;
import io.forestage.training.SmallTraining;
import io.forestage.training.TrainingRun;
import io.forestage.weights.FileRegion;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.TensorSource;
import io.forestage.weights.WeightFile;
import io.forestage.weights.safetensors.SafetensorsFile;
import io.forestage.weights.safetensors.SafetensorsWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Damaged checkpoints of a classifier with eight steps. */
class DamagedCheckpointTest {

    private static final SmallTraining TASK = SmallTraining.CLASSIFY;

    private static final UnaryOperator<TensorSource> CUT = DamagedCheckpointTest::cut;

    @TempDir Path temporary;

    private Path input;
    private Path model;
    private Path checkpoint;

    @BeforeEach
    void interrupt() throws IOException {
        input = TASK.write(temporary.resolve("input"));
        model = temporary.resolve("model");
        checkpoint = Interruption.checkpointOf(model);
        TrainingRun run = KilledTraining.run(1, TrainingRun.Start.NEW);
        assertThatThrownBy(() -> TASK.run(input, model, run, Interruption.after(2)))
                .isInstanceOf(Interruption.class);
    }

    @ParameterizedTest
    @MethodSource
    void aChangedTensorIsRefusedWithItsName(
            String tensor, UnaryOperator<TensorSource> damage, String message) throws IOException {
        rewrite(tensor, damage);
        TrainingRun run = KilledTraining.run(1, TrainingRun.Start.RESUME);
        assertThatThrownBy(() -> TASK.run(input, model, run, progress -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(checkpoint.toString())
                .hasMessageContaining(message)
                .hasMessageContaining("start over with --force");
        assertThat(model).doesNotExist();
        assertThat(checkpoint).exists();
    }

    static Stream<Arguments> aChangedTensorIsRefusedWithItsName() {
        return Stream.of(
                Arguments.of("curve", longs(0, 9), "expected I64 [1 to 8, 9], found I64 [0, 9]"),
                Arguments.of("curve", longs(9, 9), "expected I64 [1 to 8, 9], found I64 [9, 9]"),
                Arguments.of("curve", longs(2, 7), "expected I64 [1 to 8, 9], found I64 [2, 7]"),
                Arguments.of("optimizer", changed(0), "first word of the saved state"),
                Arguments.of("optimizer", changed(40), "saved state"),
                Arguments.of("optimizer", CUT, "saved state"));
    }

    /** In any tensor: training would go on from a flipped bit of a parameter, with any loss. */
    @Test
    void aFlippedBitIsRefusedWithItsTensor() throws IOException {
        byte[] bytes = Files.readAllBytes(checkpoint);
        Map<String, Long> offsets = new TreeMap<>();
        try (WeightFile file = SafetensorsFile.open(checkpoint)) {
            for (TensorEntry tensor : file.tensors()) {
                FileRegion region = file.region(tensor).orElseThrow();
                offsets.put(tensor.name(), region.offset() + tensor.byteSize() / 2);
            }
        }
        assertThat(offsets).containsKeys("curve", "optimizer", "sha256 of curve");
        assertThat(offsets).hasSizeGreaterThan(6);
        TrainingRun run = KilledTraining.run(1, TrainingRun.Start.RESUME);
        for (Map.Entry<String, Long> offset : offsets.entrySet()) {
            byte[] damaged = bytes.clone();
            damaged[Math.toIntExact(offset.getValue())] ^= 0x40;
            Files.write(checkpoint, damaged);
            assertThatThrownBy(() -> TASK.run(input, model, run, progress -> {}))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(checkpoint.toString())
                    .hasMessageContaining(offset.getKey().replace("sha256 of ", ""))
                    .hasMessageContaining("restore a copy of it, or start over with --force");
        }
        Files.write(checkpoint, bytes);
        TASK.run(input, model, run, progress -> {});
        assertThat(model.resolve("model.safetensors")).exists();
    }

    @Test
    void aCheckpointWithoutChecksumsIsRefused() throws IOException {
        SafetensorsWriter.write(
                checkpoint,
                metadata(),
                List.of(TensorSource.ofLongs("curve", List.of(1L, 8L), new long[8])));
        TrainingRun run = KilledTraining.run(1, TrainingRun.Start.RESUME);
        assertThatThrownBy(() -> TASK.run(input, model, run, progress -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("\"curve\" in " + checkpoint)
                .hasMessageContaining("expected a checksum of 32 bytes, found none");
    }

    private Map<String, String> metadata() throws IOException {
        try (WeightFile file = SafetensorsFile.open(checkpoint)) {
            return file.metadata();
        }
    }

    private void rewrite(String name, UnaryOperator<TensorSource> damage) throws IOException {
        List<TensorSource> tensors = new ArrayList<>();
        Map<String, String> metadata;
        try (WeightFile file = SafetensorsFile.open(checkpoint)) {
            metadata = file.metadata();
            for (TensorEntry entry : file.tensors()) {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                file.transferTo(entry, Channels.newChannel(bytes));
                if (CheckpointChecksums.isChecksum(entry.name())) {
                    continue;
                }
                TensorSource tensor =
                        new TensorSource(
                                entry.name(),
                                entry.type(),
                                entry.shape(),
                                channel -> channel.write(ByteBuffer.wrap(bytes.toByteArray())));
                tensors.add(entry.name().equals(name) ? damage.apply(tensor) : tensor);
            }
        }
        SafetensorsWriter.write(checkpoint, metadata, CheckpointChecksums.with(tensors));
    }

    private static UnaryOperator<TensorSource> longs(int rows, int columns) {
        return tensor ->
                TensorSource.ofLongs(
                        tensor.name(),
                        List.of((long) rows, (long) columns),
                        new long[rows * columns]);
    }

    private static UnaryOperator<TensorSource> changed(int offset) {
        return tensor -> {
            byte[] bytes = bytes(tensor);
            bytes[offset] ^= 0x55;
            return new TensorSource(
                    tensor.name(),
                    tensor.type(),
                    tensor.shape(),
                    channel -> channel.write(ByteBuffer.wrap(bytes)));
        };
    }

    private static TensorSource cut(TensorSource tensor) {
        return new TensorSource(
                tensor.name(),
                tensor.type(),
                List.of(30L),
                channel -> channel.write(ByteBuffer.wrap(bytes(tensor), 0, 30)));
    }

    private static byte[] bytes(TensorSource tensor) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            tensor.writeTo(Channels.newChannel(bytes));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }
}
