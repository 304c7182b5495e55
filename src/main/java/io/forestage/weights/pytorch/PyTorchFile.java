package io.forestage.weights.pytorch;

import io.forestage.weights.ByteSource;
import io.forestage.weights.FileBytes;
import io.forestage.weights.StoredTensor;
import io.forestage.weights.WeightFile;
import io.forestage.weights.WeightFileException;
import io.forestage.weights.WeightFormat;
import io.forestage.weights.zip.ZipArchive;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Opens files of {@code torch.save}: a state dict, or a checkpoint with one inside. A tensor in
 * nested dicts, lists and tuples is named by the keys on the path to it, joined with dots.
 *
 * <p>Only the directory and the pickle are read. Nothing that the pickle names is imported or run:
 * whatever is not a plain tensor or a plain container becomes an object of which nothing is known.
 */
public final class PyTorchFile {

    private static final int HEAD = 512;

    private PyTorchFile() {}

    /**
     * Returns whether a file may be PyTorch's, by its first bytes. A zip file whose first entry is
     * a NumPy array is not.
     *
     * @param head the first bytes; a few hundred are enough
     * @return true if it starts like a file that {@link #open} reads
     */
    public static boolean isPyTorch(byte[] head) {
        Head kind = Head.of(head);
        return kind == Head.ZIP || kind == Head.PICKLE;
    }

    /**
     * Opens a file and checks its directory and its pickle.
     *
     * @param path the file; a symbolic link is followed
     * @return the open file; the caller closes it
     * @throws WeightFileException if the file cannot be read or is not a valid PyTorch file
     */
    public static WeightFile open(Path path) throws WeightFileException {
        FileBytes bytes = FileBytes.open(path);
        try {
            WeightFile file = open(bytes);
            // The size came from the path and the bytes from the open file: both must be one file.
            bytes.requireUnchanged();
            return file;
        } catch (OutOfMemoryError tooMuch) {
            // The file determines how much heap its pickle takes. All of it is garbage by now.
            bytes.close();
            throw new WeightFileException(
                    path,
                    null,
                    "a pickle and a directory that fit the heap",
                    "too many entries or too long names",
                    "start Java with a larger -Xmx",
                    tooMuch);
        } catch (WeightFileException | RuntimeException | Error failure) {
            bytes.close();
            throw failure;
        }
    }

    private static WeightFile open(FileBytes file) throws WeightFileException {
        byte[] head = new byte[(int) Math.min(HEAD, file.size())];
        file.read(null, 0, ByteBuffer.wrap(head));
        Head kind = Head.of(head);
        switch (kind) {
            case ZIP -> {
                ZipArchive zip = ZipArchive.open(file);
                return weights(file, TorchArchive.tensors(zip, file), zip);
            }
            case PICKLE -> {
                return weights(file, LegacyFile.tensors(file), file);
            }
            default ->
                    throw file.problem(
                            null,
                            "a file that torch.save wrote",
                            kind.description(),
                            kind.remedy());
        }
    }

    private static WeightFile weights(FileBytes file, List<StoredTensor> tensors, ByteSource source)
            throws WeightFileException {
        return new WeightFile(
                file.path(), WeightFormat.PYTORCH, Map.of(), tensors, List.of(source));
    }

    /** A file's kind, by its first bytes. */
    private enum Head {
        ZIP("a zip file", Head.NAME_ANOTHER),
        PICKLE("a pickle", Head.NAME_ANOTHER),
        NUMPY_ZIP("NumPy's .npz", Head.NAME_ANOTHER),
        TAR(
                "a tar file, as PyTorch before 0.1.10 wrote",
                "open it with torch.load in Python and save it again with torch.save"),
        EMPTY("an empty file", "fetch or write it again"),
        OTHER("neither a zip file nor a pickle", Head.NAME_ANOTHER);

        private static final String NAME_ANOTHER =
                "name the model's weight file, such as pytorch_model.bin";

        private static final String ZIP_MAGIC = "PK\003\004";

        private static final int PICKLE_MAGIC = 0x80;
        private static final int MIN_PROTOCOL = 2;
        private static final int MAX_PROTOCOL = 5;

        private static final String TAR_MAGIC = "ustar";
        private static final int TAR_MAGIC_AT = 257;

        private final String description;
        private final String remedy;

        Head(String description, String remedy) {
            this.description = description;
            this.remedy = remedy;
        }

        static Head of(byte[] head) {
            String text = new String(head, StandardCharsets.ISO_8859_1);
            if (text.isEmpty()) {
                return EMPTY;
            }
            if (text.startsWith(ZIP_MAGIC)) {
                return ZipArchive.firstName(head).filter(name -> name.endsWith(".npy")).isPresent()
                        ? NUMPY_ZIP
                        : ZIP;
            }
            if (text.startsWith(TAR_MAGIC, TAR_MAGIC_AT)) {
                return TAR;
            }
            boolean isPickle =
                    text.length() > 1
                            && text.charAt(0) == PICKLE_MAGIC
                            && text.charAt(1) >= MIN_PROTOCOL
                            && text.charAt(1) <= MAX_PROTOCOL;
            return isPickle ? PICKLE : OTHER;
        }

        String description() {
            return description;
        }

        String remedy() {
            return remedy;
        }
    }
}
