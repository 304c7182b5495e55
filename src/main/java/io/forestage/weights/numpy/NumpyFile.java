package io.forestage.weights.numpy;

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
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Opens NumPy's files: a {@code .npy} with one array, and a {@code .npz}, a zip of many. Checks the
 * headers against the file and reads no array.
 */
public final class NumpyFile {

    /** The number of a file's first bytes that {@link #isNumpy} needs. */
    public static final int HEAD_BYTES = 1024;

    /** The suffix of a {@code .npy} file's name, or of its entry's name in a zip. */
    static final String SUFFIX = ".npy";

    private NumpyFile() {}

    /**
     * Returns whether a file is NumPy's, by its first bytes. A zip is NumPy's if its first entry's
     * name ends in {@code .npy}: PyTorch's files are zips too.
     *
     * @param head the file's first {@link #HEAD_BYTES} bytes, or all of them if it has fewer
     * @return true if it starts like a {@code .npy} or a {@code .npz}
     */
    public static boolean isNumpy(byte[] head) {
        return switch (Magic.of(head)) {
            case ARRAY -> true;
            case ZIP ->
                    ZipArchive.firstName(head).filter(name -> name.endsWith(SUFFIX)).isPresent();
            case EMPTY_ZIP, OTHER -> false;
        };
    }

    /**
     * Opens a file and checks its headers. Its first bytes decide whether it is a {@code .npy} or a
     * {@code .npz}. The tensor of a {@code .npy} is named after the file ({@code wte.npy} contains
     * {@code wte}); those of a {@code .npz} have their own names.
     *
     * @param file the file; a symbolic link is followed
     * @return the open file; the caller closes it
     * @throws WeightFileException if the file cannot be read, is not a valid NumPy file, or has
     *     arrays of an unsupported type
     */
    public static WeightFile open(Path file) throws WeightFileException {
        FileBytes bytes = FileBytes.open(file);
        try {
            WeightFile opened =
                    switch (Magic.of(head(bytes))) {
                        case ARRAY -> openArray(bytes);
                        case ZIP, EMPTY_ZIP -> NpzFile.open(bytes);
                        case OTHER ->
                                throw bytes.problem(
                                        null,
                                        "a NumPy file, which starts with \\x93NUMPY or PK",
                                        bytes.size() == 0 ? "an empty file" : "other first bytes",
                                        "name a file that numpy.save or numpy.savez wrote");
                    };
            // The size came from the path and the bytes from the open file: both must be one file.
            bytes.requireUnchanged();
            return opened;
        } catch (OutOfMemoryError tooMuch) {
            // The file determines how much heap its headers take. All of it is garbage by now.
            bytes.close();
            throw new WeightFileException(
                    file,
                    null,
                    "headers that fit the heap",
                    "too many arrays or too long names",
                    "start Java with a larger -Xmx",
                    tooMuch);
        } catch (WeightFileException | RuntimeException | Error failure) {
            bytes.close();
            throw failure;
        }
    }

    /** Returns the tensor's name for the name of its file or entry. */
    static String tensorName(String name) {
        return name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
    }

    private static byte[] head(ByteSource bytes) throws WeightFileException {
        byte[] head = new byte[(int) Math.min(bytes.size(), Magic.MAX_LENGTH)];
        bytes.read(null, 0, ByteBuffer.wrap(head));
        return head;
    }

    private static String fileName(Path path) {
        Path name = path.getFileName();
        return name == null ? "" : name.toString();
    }

    private static WeightFile openArray(FileBytes bytes) throws WeightFileException {
        NpyArray array = NpyArray.read(bytes, tensorName(fileName(bytes.path())));
        StoredTensor tensor = array.at(bytes, 0);
        return new WeightFile(
                bytes.path(), WeightFormat.NUMPY, Map.of(), List.of(tensor), List.of(bytes));
    }

    /** A file's kind, by its first bytes. */
    enum Magic {
        ARRAY("\u0093NUMPY"),
        ZIP("PK\u0003\u0004"),
        EMPTY_ZIP("PK\u0005\u0006"),
        OTHER("");

        static final int MAX_LENGTH = 6;

        private final String text;

        Magic(String text) {
            this.text = text;
        }

        static Magic of(byte[] head) {
            int length = Math.min(head.length, MAX_LENGTH);
            String start = new String(head, 0, length, StandardCharsets.ISO_8859_1);
            return Arrays.stream(values())
                    .filter(each -> start.startsWith(each.text))
                    .findFirst()
                    .orElse(OTHER);
        }

        byte[] bytes() {
            return text.getBytes(StandardCharsets.ISO_8859_1);
        }
    }
}
