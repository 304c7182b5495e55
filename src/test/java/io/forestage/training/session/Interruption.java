package io.forestage.training.session;

import io.forestage.training.TrainingListener;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.WeightFile;
import io.forestage.weights.safetensors.SafetensorsFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;

/** Interrupts a training after a step, and reads its checkpoint. */
public final class Interruption extends RuntimeException {

    private static final long serialVersionUID = 1;

    private Interruption() {}

    /** Returns a listener that ends the training after a step. */
    public static TrainingListener after(long step) {
        return progress -> {
            if (progress.step() == step) {
                throw new Interruption();
            }
        };
    }

    public static Path checkpointOf(Path model) {
        return model.resolveSibling(model.getFileName() + "-training/checkpoint.safetensors");
    }

    /** Returns the bytes of all tensors of a checkpoint but the curve, which has times. */
    public static SortedMap<String, String> state(Path model) throws IOException {
        SortedMap<String, String> state = new TreeMap<>();
        try (WeightFile file = SafetensorsFile.open(checkpointOf(model))) {
            for (TensorEntry tensor : file.tensors()) {
                if (!tensor.name().equals(TrainingCurve.TENSOR)
                        && !CheckpointChecksums.isChecksum(tensor.name())) {
                    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                    file.transferTo(tensor, Channels.newChannel(bytes));
                    state.put(tensor.name(), HexFormat.of().formatHex(bytes.toByteArray()));
                }
            }
        }
        return state;
    }
}
