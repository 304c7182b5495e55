package io.forestage.training;

import io.forestage.support.Quoted;
import io.forestage.weights.AtomicFile;
import io.forestage.weights.ElementType;
import io.forestage.weights.SafetensorsFile;
import io.forestage.weights.SafetensorsWriter;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.TensorSource;
import io.forestage.weights.WeightFile;
import io.forestage.weights.WeightFileException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All that a training needs to go on: its state, its curve, and what it is a training of. */
final class TrainingCheckpoint {

    private static final String FILE_NAME = "checkpoint.safetensors";

    private final Path folder;
    private final Map<String, String> identity;

    /** Checkpoints in a folder beside a model's, of a training that these words describe. */
    TrainingCheckpoint(Path model, Map<String, String> identity) {
        Path place = model.toAbsolutePath().normalize();
        folder = place.resolveSibling(place.getFileName() + "-training");
        this.identity = identity;
    }

    /** The folder that checkpoints lie in. */
    Path folder() {
        return folder;
    }

    Path file() {
        return folder.resolve(FILE_NAME);
    }

    boolean exists() {
        return Files.exists(file());
    }

    void write(List<TensorSource> state, TrainingCurve curve) throws IOException {
        Files.createDirectories(folder);
        List<TensorSource> tensors = new ArrayList<>(state);
        tensors.add(curve.toTensor());
        SafetensorsWriter.write(file(), identity, tensors);
    }

    /** Gives what learns its state back, and tells the curve up to there. */
    TrainingCurve read(Learner learner) throws IOException {
        try (WeightFile checkpoint = SafetensorsFile.open(file())) {
            requireSame(checkpoint);
            TensorEntry entry = checkpoint.require(TrainingCurve.TENSOR);
            requireCurve(entry, learner.steps());
            learner.restore(checkpoint);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            checkpoint.transferTo(entry, Channels.newChannel(bytes));
            ByteBuffer curve = ByteBuffer.wrap(bytes.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
            long[] bits = new long[curve.remaining() / Long.BYTES];
            curve.asLongBuffer().get(bits);
            return TrainingCurve.fromBits(bits);
        }
    }

    /** Removes what killed processes left of checkpoints that they were writing. */
    void deleteLeftovers() throws IOException {
        AtomicFile.deleteLeftovers(folder);
    }

    void delete() throws IOException {
        Files.deleteIfExists(file());
    }

    /** How far the training was is told by the length of its curve. */
    private void requireCurve(TensorEntry curve, long steps) throws WeightFileException {
        List<Long> shape = curve.shape();
        boolean fits =
                curve.type() == ElementType.I64
                        && shape.size() == 2
                        && shape.get(0) >= 1
                        && shape.get(0) <= steps
                        && shape.get(1) == TrainingCurve.COLUMNS;
        if (!fits) {
            throw new WeightFileException(
                    file(),
                    curve.name(),
                    "I64 [1 to %d, %d]".formatted(steps, TrainingCurve.COLUMNS),
                    curve.type() + " " + shape,
                    "begin anew with --force");
        }
    }

    private void requireSame(WeightFile checkpoint) throws WeightFileException {
        Map<String, String> differing = new LinkedHashMap<>(identity);
        differing.entrySet().removeAll(checkpoint.metadata().entrySet());
        if (!differing.isEmpty()) {
            Map.Entry<String, String> first = differing.entrySet().iterator().next();
            String name = first.getKey();
            throw new WeightFileException(
                    file(),
                    null,
                    "a checkpoint of this training, with %s %s"
                            .formatted(name, Quoted.cut(first.getValue())),
                    Quoted.cut(checkpoint.metadata().getOrDefault(name, "none")),
                    "resume with the text and options that it was begun with, or begin anew with"
                            + " --force");
        }
    }
}
