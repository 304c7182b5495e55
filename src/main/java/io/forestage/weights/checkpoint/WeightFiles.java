package io.forestage.weights.checkpoint;

import io.forestage.weights.FileBytes;
import io.forestage.weights.WeightFile;
import io.forestage.weights.WeightFileException;
import io.forestage.weights.numpy.NumpyFile;
import io.forestage.weights.pytorch.PyTorchFile;
import io.forestage.weights.safetensors.SafetensorsFile;
import io.forestage.weights.tensorflow.TensorFlowCheckpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Opens weight files of any format, recognised by their bytes, not by their names. */
public final class WeightFiles {

    /** Enough bytes to recognise every format. */
    private static final int HEAD = NumpyFile.HEAD_BYTES;

    private static final List<String> SUFFIXES =
            List.of(
                    ".safetensors",
                    ".bin",
                    ".pt",
                    ".pth",
                    ".ckpt",
                    ".pkl",
                    TensorFlowCheckpoint.INDEX_SUFFIX,
                    ".npz",
                    ".npy");

    private WeightFiles() {}

    /**
     * Opens a file.
     *
     * @param file a weight file; for a TensorFlow checkpoint its index
     * @return the open file; the caller closes it
     * @throws WeightFileException if it cannot be read, or has an unsupported format
     */
    public static WeightFile open(Path file) throws WeightFileException {
        byte[] head;
        boolean index;
        try (FileBytes bytes = FileBytes.open(file)) {
            head = new byte[(int) Math.min(bytes.size(), HEAD)];
            bytes.read(null, 0, ByteBuffer.wrap(head));
            index = TensorFlowCheckpoint.isIndex(bytes);
        }
        // A header's length may look like the beginning of a pickle.
        if (SafetensorsFile.isLikely(head)) {
            return SafetensorsFile.open(file);
        }
        if (NumpyFile.isNumpy(head)) {
            return NumpyFile.open(file);
        }
        if (PyTorchFile.isPyTorch(head)) {
            return PyTorchFile.open(file);
        }
        // Safetensors cannot be recognised by its first bytes, so it comes last; its message names
        // other formats.
        return index ? TensorFlowCheckpoint.open(file) : SafetensorsFile.open(file);
    }

    /**
     * Lists the files of a folder with a weight file's suffix, without opening them.
     *
     * @param folder the folder
     * @return the files, sorted by name
     * @throws IOException if the folder cannot be read
     */
    public static List<Path> inFolder(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(WeightFiles::hasWeightSuffix).sorted().toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    static boolean hasWeightSuffix(Path file) {
        return SUFFIXES.stream().anyMatch(file.toString()::endsWith);
    }
}
