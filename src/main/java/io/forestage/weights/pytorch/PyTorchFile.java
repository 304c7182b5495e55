package io.forestage.weights.pytorch;

import io.forestage.weights.ByteSource;
import io.forestage.weights.FileBytes;
import io.forestage.weights.StoredTensor;
import io.forestage.weights.WeightFile;
import io.forestage.weights.WeightFileException;
import io.forestage.weights.WeightFormat;
import io.forestage.weights.zip.ZipArchive;
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
        FileBytes bytes = FileBytes.open(path);
        try {
            WeightFile file = open(bytes);
            // The size was asked of the path, the bytes came from the open file: were they one?
            bytes.requireUnchanged();
            return file;
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

    private static WeightFile open(FileBytes file) throws WeightFileException {
        byte[] head = new byte[(int) Math.min(HEAD, file.size())];
        file.read(null, 0, ByteBuffer.wrap(head));
        FileHead kind = FileHead.of(head);
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
}
