package io.forestage.weights.safetensors;

import io.forestage.weights.ByteSource;
import io.forestage.weights.FileBytes;
import io.forestage.weights.StoredTensor;
import io.forestage.weights.WeightFile;
import io.forestage.weights.WeightFileException;
import io.forestage.weights.WeightFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Opens safetensors files: checks the whole header against the file and reads no tensor. */
public final class SafetensorsFile {

    /** The largest header that is read, in bytes: the format's limit. */
    public static final int MAX_HEADER_BYTES = SafetensorsHeader.MAX_LENGTH;

    private SafetensorsFile() {}

    /**
     * Opens a file and checks its header.
     *
     * @param file the file; a symbolic link is followed
     * @return the open file; the caller closes it
     * @throws WeightFileException if the file cannot be read or is not a valid safetensors file
     */
    public static WeightFile open(Path file) throws WeightFileException {
        FileBytes bytes = FileBytes.open(file);
        try {
            SafetensorsHeader header = SafetensorsHeader.read(bytes);
            // The size came from the path and the bytes from the open file: both must be one file.
            bytes.requireUnchanged();
            return new WeightFile(
                    file,
                    WeightFormat.SAFETENSORS,
                    header.metadata(),
                    header.tensors(),
                    List.of(bytes));
        } catch (OutOfMemoryError tooMuch) {
            // The file determines how much heap its header takes. All of it is garbage by now.
            bytes.close();
            throw new WeightFileException(
                    file,
                    null,
                    "a header that fits the heap",
                    "too many tensors or too long names",
                    "start Java with a larger -Xmx",
                    tooMuch);
        } catch (WeightFileException | RuntimeException | Error failure) {
            bytes.close();
            throw failure;
        }
    }

    /**
     * Checks a whole safetensors file that is not on a disk, such as the body of a request.
     *
     * @param bytes the file's bytes
     * @return its tensors in the order of their bytes; none is read yet
     * @throws WeightFileException if the bytes are not a valid safetensors file
     */
    public static List<StoredTensor> tensors(ByteSource bytes) throws WeightFileException {
        return SafetensorsHeader.read(bytes).tensors();
    }

    /**
     * Returns whether a file begins like a safetensors file: with a length that the format allows,
     * and an object.
     *
     * @param head the file's first bytes, at least nine
     * @return true if no other format begins like it
     */
    public static boolean isLikely(byte[] head) {
        if (head.length <= SafetensorsHeader.LENGTH_BYTES) {
            return false;
        }
        long length = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getLong();
        return head[SafetensorsHeader.LENGTH_BYTES] == '{'
                && length > 0
                && length <= SafetensorsHeader.MAX_LENGTH;
    }

    /**
     * Lists the safetensors files of a folder without opening them.
     *
     * @param folder the folder
     * @return its entries whose names end in {@code .safetensors}, sorted by name
     * @throws IOException if the folder cannot be read
     */
    public static List<Path> inFolder(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(entry -> entry.toString().endsWith(".safetensors"))
                    .sorted()
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /**
     * Files that users often name instead of a safetensors file, recognised by their first bytes.
     */
    enum ForeignFormat {
        LFS_POINTER(
                "version https://git-lfs",
                "a Git LFS pointer",
                "fetch the real file: git lfs pull"),
        TORCH_ZIP("PK\003\004", "a zip file, as PyTorch and NumPy write", Remedy.IMPORT),
        TORCH_PICKLE("\u0080", "a PyTorch file (pickle)", Remedy.IMPORT),
        HDF5("\u0089HDF", "an HDF5 file", Remedy.CONVERT),
        GGUF("GGUF", "a GGUF file", Remedy.CONVERT),
        FLAX("\u0081\u00abtransformer", "a file of Flax", Remedy.CONVERT),
        LLM_C("\u00c6\u00d74\u0001", "a checkpoint of llm.c", Remedy.CONVERT),
        JSON("{", "JSON text", "name the weight file beside it"),
        WEB_PAGE("<", "a web page", "fetch the file itself; the download may need a login");

        /** The number of first bytes that {@link #of} needs. */
        static final int MAX_LENGTH = 32;

        private final String beginning;
        private final String description;
        private final String remedy;

        ForeignFormat(String beginning, String description, String remedy) {
            this.beginning = beginning;
            this.description = description;
            this.remedy = remedy;
        }

        /**
         * Guesses a file's format from its first bytes. Only for files that are not safetensors: a
         * safetensors file starts with a length, which may look like any of these.
         */
        static Optional<ForeignFormat> of(byte[] head) {
            String text = new String(head, StandardCharsets.ISO_8859_1);
            return Arrays.stream(values())
                    .filter(format -> text.startsWith(format.beginning))
                    .findFirst();
        }

        String description() {
            return description;
        }

        String remedy() {
            return remedy;
        }

        private static final class Remedy {
            static final String IMPORT = "convert it to safetensors with forestage import";

            static final String CONVERT =
                    "convert it to safetensors, or name the model.safetensors of the same model";
        }
    }
}
