package io.forestage.weights.tensorflow;

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
 * Opens TensorFlow's checkpoints, version 2. One named {@code model.ckpt} is a file {@code
 * model.ckpt.index}, which is the one to name here, and data files {@code
 * model.ckpt.data-00000-of-00001} beside it.
 *
 * <p>The whole index is checked, and no tensor is read. A tensor's own checksum is checked when its
 * first byte is asked for; so no tensor can be mapped, and {@link WeightFile#region} is empty.
 *
 * <p>Tensors of other types, such as text or complex numbers, are left out: {@link
 * WeightFile#metadata} has their names and TensorFlow's names of their types. A tensor that is
 * stored in slices, as a partitioned variable is, is refused.
 */
public final class TensorFlowCheckpoint {

    /** How the name of an index ends. */
    public static final String INDEX_SUFFIX = ".index";

    private TensorFlowCheckpoint() {}

    /**
     * Recognises an index by its last bytes.
     *
     * @param file an open file of any kind
     * @return true if it ends as an index does, whatever comes before
     * @throws WeightFileException if those bytes cannot be read
     */
    public static boolean isIndex(FileBytes file) throws WeightFileException {
        return SortedTable.Footer.marks(file);
    }

    /**
     * Opens a checkpoint and checks its index.
     *
     * @param index the file whose name ends in {@code .index}; a symbolic link is followed, and the
     *     data files are sought beside the link
     * @return the open checkpoint, to be closed
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
            // The sizes came from paths, the bytes from open files: check that both are the same
            // files.
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

    /** What the names of all the checkpoint's files begin with. */
    private static String prefix(FileBytes index) throws WeightFileException {
        String name = String.valueOf(index.path().getFileName());
        if (!name.endsWith(INDEX_SUFFIX)) {
            // Only an index needs the suffix: other files get the message that they are none.
            SortedTable.Footer.read(index);
            throw index.problem(
                    null,
                    "a name that ends in " + INDEX_SUFFIX,
                    name,
                    "name it like its data files: model.ckpt.index for"
                            + " model.ckpt.data-00000-of-00001");
        }
        return name.substring(0, name.length() - INDEX_SUFFIX.length());
    }
}
