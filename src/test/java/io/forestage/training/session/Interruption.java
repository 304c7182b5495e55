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

/** A training that ends in the middle, and what it has then. */
public final class Interruption extends RuntimeException {

    private static final long serialVersionUID = 1;

    private Interruption() {}

    /** Ends the training when a step is done. */
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

    /** The bytes of all tensors of a checkpoint's state; the curve tells of time. */
    public static SortedMap<String, String> state(Path model) throws IOException {
        SortedMap<String, String> state = new TreeMap<>();
        try (WeightFile file = SafetensorsFile.open(checkpointOf(model))) {
            for (TensorEntry tensor : file.tensors()) {
                if (!tensor.name().equals(TrainingCurve.TENSOR)
                        && !CheckpointChecksums.isOne(tensor.name())) {
                    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                    file.transferTo(tensor, Channels.newChannel(bytes));
                    state.put(tensor.name(), HexFormat.of().formatHex(bytes.toByteArray()));
                }
            }
        }
        return state;
    }
}
