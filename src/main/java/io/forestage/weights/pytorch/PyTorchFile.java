package io.forestage.weights.pytorch;

import io.forestage.weights.FileBytes;
import io.forestage.weights.StoredTensor;
import io.forestage.weights.WeightFile;
import io.forestage.weights.WeightFileException;
import io.forestage.weights.WeightFormat;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Opens what {@code torch.save} wrote: a state dict, or a checkpoint that has one inside. Tensors
 * of nested dicts, lists and tuples bear the keys on the way to them, joined with dots.
 *
 * <p>Only the directory and the pickle are read. The pickle may name PyTorch's tensors and a few
 * harmless kinds of settings beside them; a file that names anything else is refused.
 */
public final class PyTorchFile {

    private static final int HEAD = 512;

    private PyTorchFile() {}

    /**
     * Tells by a file's first bytes whether it may be one of PyTorch's. A zip file whose first
     * entry is an array of NumPy's is not.
     *
     * @param head the first bytes; a few hundred are enough
     * @return true if {@link #open} is the one to ask
     */
    public static boolean isOne(byte[] head) {
        FileHead kind = FileHead.of(head);
        return kind == FileHead.ZIP || kind == FileHead.PICKLE;
    }

    /**
     * Opens a file and checks its directory and its pickle.
     *
     * @param path the file; a symbolic link is followed
     * @return the open file, to be closed
     * @throws WeightFileException if the file cannot be read, is anything but a sound PyTorch file,
     *     or names in its pickle what is no plain tensor
     */
    public static WeightFile open(Path path) throws WeightFileException {
        ZipBytes bytes = new ZipBytes(FileBytes.open(path));
        try {
            List<StoredTensor> tensors = tensors(bytes);
            // The size was asked of the path, the bytes came from the open file: were they one?
            bytes.requireUnchanged();
            return new WeightFile(path, WeightFormat.PYTORCH, Map.of(), tensors, List.of(bytes));
        } catch (OutOfMemoryError tooMuch) {
            // The file chooses how much we keep; all of it is garbage again at this point.
            bytes.close();
            throw new WeightFileException(
                    path,
                    null,
                    "a pickle and a directory that fit the heap",
                    "too many entries or too long names",
                    "give the JVM a larger -Xmx",
                    tooMuch);
        } catch (WeightFileException | RuntimeException | Error failure) {
            bytes.close();
            throw failure;
        }
    }

    private static List<StoredTensor> tensors(ZipBytes bytes) throws WeightFileException {
        FileBytes file = bytes.file();
        byte[] head = new byte[(int) Math.min(HEAD, file.size())];
        file.read(null, 0, ByteBuffer.wrap(head));
        FileHead kind = FileHead.of(head);
        return switch (kind) {
            case ZIP -> TorchArchive.tensors(bytes);
            case PICKLE -> LegacyFile.tensors(file);
            default ->
                    throw file.problem(
                            null,
                            "a file that torch.save wrote",
                            kind.description(),
                            kind.remedy());
        };
    }
}
