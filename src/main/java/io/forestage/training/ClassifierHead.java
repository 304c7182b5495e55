package io.forestage.training;

import io.forestage.weights.ElementType;
import io.forestage.weights.SafetensorsWriter;
import io.forestage.weights.TensorSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The file of a classifier's head, {@value #FILE_NAME} in a model's folder {@code training}: {@code
 * score.weight} (C, D) and {@code score.bias} (C), float32; the metadata tell the labels, {@code
 * label 0} to {@code label C-1}.
 */
final class ClassifierHead {

    private static final String FILE_NAME = "head.safetensors";
    private static final String WEIGHT = "score.weight";
    private static final String BIAS = "score.bias";

    private ClassifierHead() {}

    static void write(Path folder, ClassifierNetwork network, List<String> labels)
            throws IOException {
        Map<String, String> metadata = new LinkedHashMap<>();
        for (int i = 0; i < labels.size(); i++) {
            metadata.put("label " + i, labels.get(i));
        }
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
}
