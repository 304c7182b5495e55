package io.forestage.weights.numpy;

import io.forestage.weights.ByteSource;
import io.forestage.weights.FileBytes;
import io.forestage.weights.StoredTensor;
import io.forestage.weights.WeightFile;
import io.forestage.weights.WeightFileException;
import io.forestage.weights.WeightFormat;
import io.forestage.weights.zip.ZipArchive;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A zip with an array in each entry. Entries without compression can be mapped. */
final class NpzFile {

    /** Many times what NumPy writes for the largest number of arrays in a zip. */
    private static final long MAX_HEADER_BYTES = 1 << 25;

    private final FileBytes file;
    private final ZipArchive zip;

    private NpzFile(FileBytes file, ZipArchive zip) {
        this.file = file;
        this.zip = zip;
    }

    static WeightFile open(FileBytes file) throws WeightFileException {
        ZipArchive zip = ZipArchive.open(file);
        try {
            List<StoredTensor> tensors = new NpzFile(file, zip).tensors();
            return new WeightFile(file.path(), WeightFormat.NUMPY, Map.of(), tensors, List.of(zip));
        } catch (WeightFileException | RuntimeException | Error failure) {
            zip.close();
            throw failure;
        }
    }

    private List<StoredTensor> tensors() throws WeightFileException {
        List<StoredTensor> tensors = new ArrayList<>();
        long headerBytes = 0;
        for (ZipArchive.Entry entry : zip.entries()) {
            NpyArray array = NpyArray.read(zip.bytes(entry), name(entry));
            headerBytes += array.header().length();
            if (headerBytes > MAX_HEADER_BYTES) {
                throw file.problem(
                        null,
                        "array headers of at most %d bytes together".formatted(MAX_HEADER_BYTES),
                        "more",
                        FileBytes.DAMAGED);
            }
            tensors.add(stored(entry, array));
        }
        return tensors;
    }

    private StoredTensor stored(ZipArchive.Entry entry, NpyArray array) {
        if (!entry.isDeflated()) {
            return array.at(file, entry.dataOffset());
        }
        // Columns are read out of order, and each step back would inflate the entry again.
        ByteSource bytes = array.strides() == null ? zip.bytes(entry) : zip.bytesInAnyOrder(entry);
        return array.at(bytes, 0);
    }

    private String name(ZipArchive.Entry entry) throws WeightFileException {
        if (!entry.name().endsWith(NumpyFile.SUFFIX)) {
            throw file.problem(
                    entry.name(),
                    "only entries whose names end in " + NumpyFile.SUFFIX,
                    "another name",
                    "remove it from the zip, or name a file that numpy.savez wrote");
        }
        return NumpyFile.tensorName(entry.name());
    }
}
