package io.forestage.weights.tensorflow;

import io.forestage.support.Quoted;
import io.forestage.weights.FileBytes;
import io.forestage.weights.StoredTensor;
import io.forestage.weights.TensorPlace;
import io.forestage.weights.WeightFile;
import io.forestage.weights.WeightFileException;
import io.forestage.weights.WeightFormat;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Opens TensorFlow's checkpoints, version 2. The checkpoint {@code model.ckpt} consists of the
 * index {@code model.ckpt.index}, which is the file to open, and data files such as {@code
 * model.ckpt.data-00000-of-00001} beside it.
 *
 * <p>Opening checks the whole index and reads no tensor. A tensor's checksum is verified when its
 * first byte is read; therefore no tensor can be mapped, and {@link WeightFile#region} is empty.
 *
 * <p>Tensors of other types, such as text or complex numbers, are left out: {@link
 * WeightFile#metadata} has their names and TensorFlow's names of their types. A tensor in slices,
 * as from a partitioned variable, is refused.
 */
public final class TensorFlowCheckpoint {

    /** The suffix of an index's name. */
    public static final String INDEX_SUFFIX = ".index";

    private TensorFlowCheckpoint() {}

    /**
     * Returns whether a file is an index, by its last bytes.
     *
     * @param file an open file of any kind
     * @return true if it ends like an index
     * @throws WeightFileException if those bytes cannot be read
     */
    public static boolean isIndex(FileBytes file) throws WeightFileException {
        return SortedTable.Footer.isIn(file);
    }

    /**
     * Opens a checkpoint and checks its index.
     *
     * @param index the file whose name ends in {@code .index}; a symbolic link is followed, but the
     *     data files must lie beside the link
     * @return the open checkpoint; the caller closes it
     * @throws WeightFileException if a file cannot be read or is not a valid part of a checkpoint
     */
    public static WeightFile open(Path index) throws WeightFileException {
        FileBytes bytes = FileBytes.open(index);
        try {
            return open(bytes);
        } catch (WeightFileException | RuntimeException | Error failure) {
            bytes.close();
            throw failure;
        }
    }

    private static WeightFile open(FileBytes file) throws WeightFileException {
        String prefix = prefix(file);
        BundleIndex index = BundleIndex.read(file);
        BundleIndex.Header header = index.header();
        DataShards shards = new DataShards(file, prefix, header.shards());
        try {
            List<StoredTensor> tensors = new ArrayList<>(index.tensors().size());
            for (BundleEntry entry : index.tensors()) {
                CheckedBytes bytes = new CheckedBytes(shards.holding(entry), entry);
                TensorPlace place = new TensorPlace(bytes, 0, header.order(), null);
                tensors.add(new StoredTensor(entry.tensor(), place));
            }
            // The sizes came from paths and the bytes from open files: both must be the same files.
            for (FileBytes each : shards.files()) {
                each.requireUnchanged();
            }
            return new WeightFile(
                    file.path(), WeightFormat.TENSORFLOW, index.others(), tensors, shards.files());
        } catch (WeightFileException | RuntimeException | Error failure) {
            shards.close();
            throw failure;
        }
    }

    /** Returns the start of the names of all the checkpoint's files. */
    private static String prefix(FileBytes index) throws WeightFileException {
        String name = String.valueOf(index.path().getFileName());
        if (!name.endsWith(INDEX_SUFFIX)) {
            // Other files get the message that they are not an index; only an index needs the
            // suffix.
            SortedTable.Footer.read(index);
            throw index.problem(
                    null,
                    "a name that ends in " + INDEX_SUFFIX,
                    Quoted.of(name),
                    "rename it like its data files: model.ckpt.index for"
                            + " model.ckpt.data-00000-of-00001");
        }
        return name.substring(0, name.length() - INDEX_SUFFIX.length());
    }
}
