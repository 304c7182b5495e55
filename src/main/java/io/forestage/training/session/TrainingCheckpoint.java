package io.forestage.training.session;

import io.forestage.support.Quoted;
import io.forestage.training.text.TextFileReader;
import io.forestage.weights.ElementType;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.TensorSource;
import io.forestage.weights.WeightFile;
import io.forestage.weights.WeightFileException;
import io.forestage.weights.files.AtomicFile;
import io.forestage.weights.files.OwnFiles;
import io.forestage.weights.safetensors.SafetensorsFile;
import io.forestage.weights.safetensors.SafetensorsWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A file with a training's state and curve, and its identity: which training it belongs to. */
public final class TrainingCheckpoint {

    private static final String FILE_NAME = "checkpoint.safetensors";
    private static final String BEST_NAME = "best.safetensors";
    private static final String CURVE_NAME = "curve.csv";

    private final Path folder;
    private final String name;
    private final Map<String, String> identity;

    /** Creates the checkpoint of a training with an identity, in a folder beside the model's. */
    TrainingCheckpoint(Path model, Map<String, String> identity) {
        this(folderOf(model), FILE_NAME, identity);
    }

    private TrainingCheckpoint(Path folder, String name, Map<String, String> identity) {
        this.folder = folder;
        this.name = name;
        this.identity = identity;
    }

    private static Path folderOf(Path model) {
        Path absolute = model.toAbsolutePath().normalize();
        return absolute.resolveSibling(absolute.getFileName() + "-training");
    }

    /** Returns the same training's file for the state of its lowest held-out loss. */
    TrainingCheckpoint best() {
        return new TrainingCheckpoint(folder, BEST_NAME, identity);
    }

    /** Returns the file of the curve so far, CSV, which can be read during the training. */
    Path curveFile() {
        return folder.resolve(CURVE_NAME);
    }

    /** Returns the folder of the checkpoint. */
    Path folder() {
        return folder;
    }

    Path file() {
        return folder.resolve(name);
    }

    boolean exists() {
        return Files.exists(file(), LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * Requires a file of our own or none: through a link, we would read or replace another file.
     */
    void requireOwn() throws IOException {
        OwnFiles.requireFileOrNone(file());
    }

    void write(List<TensorSource> state, TrainingCurve curve) throws IOException {
        OwnFiles.makeFolder(folder);
        requireOwn();
        List<TensorSource> tensors = new ArrayList<>(state);
        tensors.add(curve.toTensor());
        SafetensorsWriter.write(file(), identity, CheckpointChecksums.with(tensors));
    }

    /**
     * Restores the learner's state and returns the curve so far. Checks the whole file before it
     * uses any of it.
     *
     * @throws WeightFileException if the file is damaged or belongs to another training
     */
    TrainingCurve read(Learner learner) throws IOException {
        try (WeightFile checkpoint = SafetensorsFile.open(file())) {
            requireSame(checkpoint);
            CheckpointChecksums.require(checkpoint);
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

    /** Deletes the unfinished checkpoints that killed processes left. */
    void deleteLeftovers() {
        AtomicFile.deleteLeftovers(folder);
    }

    /** Deletes the checkpoint, the best state and the curve. */
    void delete() throws IOException {
        Files.deleteIfExists(best().file());
        Files.deleteIfExists(curveFile());
        Files.deleteIfExists(file());
    }

    /** Requires a curve of at least one and at most all steps. */
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
                    "%s %s".formatted(curve.type(), shape),
                    "start over with --force");
        }
    }

    private void requireSame(WeightFile checkpoint) throws WeightFileException {
        Map<String, String> differing = new LinkedHashMap<>(identity);
        differing.entrySet().removeAll(checkpoint.metadata().entrySet());
        if (!differing.isEmpty()) {
            Map.Entry<String, String> first = differing.entrySet().iterator().next();
            throw new WeightFileException(
                    file(),
                    null,
                    "a checkpoint of this training, with %s %s"
                            .formatted(first.getKey(), Quoted.cut(first.getValue())),
                    Quoted.cut(checkpoint.metadata().getOrDefault(first.getKey(), "none")),
                    "resume with the same texts and options, or start over with --force");
        }
    }

    /**
     * Returns the identity of a training: its task, its options and the checksums of its files, in
     * order. Only a training of the same identity can be resumed.
     *
     * @param kind what the files are called, such as {@code text}
     */
    public static Map<String, String> identityOf(
            String task,
            Map<String, String> options,
            String kind,
            List<TextFileReader.TextFile> files) {
        Map<String, String> identity = new LinkedHashMap<>();
        identity.put("task", task);
        identity.putAll(options);
        int i = 0;
        for (TextFileReader.TextFile file : files) {
            identity.put(
                    kind + " " + i++,
                    "%s, %d bytes, sha256 %s".formatted(file.name(), file.bytes(), file.sha256()));
        }
        identity.put(kind + " files", Integer.toString(files.size()));
        return identity;
    }
}
