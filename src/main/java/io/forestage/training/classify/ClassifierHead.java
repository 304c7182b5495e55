package io.forestage.training.classify;

import io.forestage.model.ModelWriter;
import io.forestage.support.Quoted;
import io.forestage.training.session.ParameterRows;
import io.forestage.weights.ElementType;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.TensorSource;
import io.forestage.weights.WeightFile;
import io.forestage.weights.WeightFileException;
import io.forestage.weights.safetensors.SafetensorsFile;
import io.forestage.weights.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The file of a classifier's head, {@value #FILE_NAME} in a model's folder {@code training}: {@code
 * score.weight} (C, D) and {@code score.bias} (C), float32. The metadata has the labels, {@code
 * label 0} to {@code label C-1}, and {@code problem_type}, Hugging Face's name for whether a text
 * may have several labels.
 *
 * @param file the file that was read
 * @param labels the names of the C classes
 * @param hasSeveralLabels whether a text may have several labels
 * @param weight (C, D), float32
 * @param bias (C), float32
 */
record ClassifierHead(
        Path file,
        List<String> labels,
        boolean hasSeveralLabels,
        ByteBuffer weight,
        ByteBuffer bias) {

    private static final String FILE_NAME = "head.safetensors";
    private static final String WEIGHT = "score.weight";
    private static final String BIAS = "score.bias";
    private static final String LABEL = "label ";
    private static final String PROBLEM_TYPE = "problem_type";
    private static final String ONE_LABEL = "single_label_classification";
    private static final String SEVERAL_LABELS = "multi_label_classification";

    static void write(Path folder, ClassifierNetwork network, ClassifierReport report)
            throws IOException {
        List<String> labels = report.labels();
        Map<String, String> metadata = new LinkedHashMap<>();
        for (int i = 0; i < labels.size(); i++) {
            metadata.put(LABEL + i, labels.get(i));
        }
        metadata.put(PROBLEM_TYPE, report.hasSeveralLabels() ? SEVERAL_LABELS : ONE_LABEL);
        float[] bias = network.headBias().toFloatArray();
        ByteBuffer bytes =
                ByteBuffer.allocate(bias.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(bias);
        SafetensorsWriter.write(
                folder.resolve(FILE_NAME),
                metadata,
                List.of(
                        ParameterRows.of(WEIGHT, network.headWeight()).as(ElementType.F32),
                        TensorSource.ofFloats(BIAS, List.of((long) bias.length), bytes)));
    }

    /**
     * Reads the head of a model with vectors of a width.
     *
     * @throws WeightFileException if there is none, or its labels, shapes or values are invalid
     */
    static ClassifierHead read(Path model, long width) throws IOException {
        Path path = model.resolve(ModelWriter.TRAINING_FOLDER).resolve(FILE_NAME);
        if (!Files.exists(path)) {
            throw new WeightFileException(
                    path,
                    null,
                    "the head of a classifier",
                    "no such file",
                    "choose a model written by 'train classify'");
        }
        try (WeightFile file = SafetensorsFile.open(path)) {
            List<String> labels = labels(file);
            long classes = labels.size();
            return new ClassifierHead(
                    path,
                    labels,
                    hasSeveralLabels(file),
                    floats(file, WEIGHT, List.of(classes, width)),
                    floats(file, BIAS, List.of(classes)));
        }
    }

    private static List<String> labels(WeightFile file) throws WeightFileException {
        Map<String, String> metadata = file.metadata();
        long count = metadata.keySet().stream().filter(name -> name.startsWith(LABEL)).count();
        List<String> labels = new ArrayList<>();
        while (metadata.containsKey(LABEL + labels.size())) {
            labels.add(metadata.get(LABEL + labels.size()));
        }
        if (labels.size() < 2
                || labels.size() < count
                || new HashSet<>(labels).size() < labels.size()) {
            throw damaged(
                    file,
                    null,
                    "two labels or more in its metadata, each once, from \"label 0\" on",
                    "%d entries, %s".formatted(count, Quoted.cut(labels.toString())));
        }
        return labels;
    }

    private static boolean hasSeveralLabels(WeightFile file) throws WeightFileException {
        String type = file.metadata().getOrDefault(PROBLEM_TYPE, ONE_LABEL);
        if (!type.equals(ONE_LABEL) && !type.equals(SEVERAL_LABELS)) {
            throw damaged(
                    file,
                    null,
                    "%s of %s or %s".formatted(PROBLEM_TYPE, ONE_LABEL, SEVERAL_LABELS),
                    type);
        }
        return type.equals(SEVERAL_LABELS);
    }

    private static ByteBuffer floats(WeightFile file, String name, List<Long> shape)
            throws WeightFileException {
        TensorEntry entry = file.require(name);
        if (entry.type() != ElementType.F32 || !entry.shape().equals(shape)) {
            throw damaged(
                    file,
                    name,
                    "F32 %s".formatted(shape),
                    "%s %s".formatted(entry.type(), entry.shape()));
        }
        ByteBuffer values =
                ByteBuffer.allocateDirect(Math.toIntExact(entry.byteSize()))
                        .order(ByteOrder.nativeOrder());
        file.readFloats(entry, values);
        values.rewind();
        for (int i = 0; i < values.limit(); i += Float.BYTES) {
            if (!Float.isFinite(values.getFloat(i))) {
                throw damaged(
                        file,
                        name,
                        "finite values",
                        "%s at %d".formatted(values.getFloat(i), i / Float.BYTES));
            }
        }
        return values;
    }

    private static WeightFileException damaged(
            WeightFile file, @Nullable String tensor, String expected, String found) {
        return new WeightFileException(
                file.path(), tensor, expected, found, "train the classifier again");
    }
}
