package io.forestage.weights.checkpoint;

import io.forestage.weights.FileBytes;
import io.forestage.weights.WeightFile;
import io.forestage.weights.WeightFileException;
import io.forestage.weights.gguf.GgufFile;
import io.forestage.weights.llmc.LlmcFile;
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

    /** The suffix of GGUF files' names. */
    static final String GGUF_SUFFIX = ".gguf";

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
                    ".npy",
                    GGUF_SUFFIX);

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
            head = head(bytes);
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
        if (GgufFile.isGguf(head)) {
            return GgufFile.open(file);
        }
        if (LlmcFile.isModel(head)) {
            return LlmcFile.open(file);
        }
        // Safetensors cannot be recognised by its first bytes, so it comes last; its message names
        // other formats.
        return index ? TensorFlowCheckpoint.open(file) : SafetensorsFile.open(file);
    }

    /**
     * Returns whether a folder has a file that is named like a GGUF file.
     *
     * @param folder the folder
     * @return true if a name ends in {@code .gguf}
     * @throws IOException if the folder cannot be read
     */
    public static boolean hasGguf(Path folder) throws IOException {
        return inFolder(folder).stream().anyMatch(file -> file.toString().endsWith(GGUF_SUFFIX));
    }

    /**
     * Returns whether a file is GGUF, by its first bytes.
     *
     * @param file a file
     * @return true if it starts like GGUF
     * @throws WeightFileException if it cannot be read
     */
    public static boolean isGguf(Path file) throws WeightFileException {
        try (FileBytes bytes = FileBytes.open(file)) {
            return GgufFile.isGguf(head(bytes));
        }
    }

    /** Returns whether a file is a model of llm.c, whose names end in {@code .bin} like others. */
    static boolean isLlmcModel(Path file) throws WeightFileException {
        try (FileBytes bytes = FileBytes.open(file)) {
            return LlmcFile.isModel(head(bytes));
        }
    }

    private static byte[] head(FileBytes bytes) throws WeightFileException {
        byte[] head = new byte[(int) Math.min(bytes.size(), HEAD)];
        bytes.read(null, 0, ByteBuffer.wrap(head));
        return head;
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
