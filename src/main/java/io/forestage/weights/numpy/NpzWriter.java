package io.forestage.weights.numpy;

import io.forestage.weights.TensorSource;
import io.forestage.weights.WeightFileException;
import io.forestage.weights.files.AtomicFile;
import io.forestage.weights.zip.ZipWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes arrays as NumPy's {@code .npz}, which {@code numpy.load} reads: a zip of {@code .npy}
 * files without compression, so that they can be mapped.
 */
public final class NpzWriter {

    private NpzWriter() {}

    /**
     * Writes a file whole or not at all. The same tensors result in the same bytes.
     *
     * @param target the file to write or replace
     * @param tensors the tensors, which keep their order
     * @throws IllegalArgumentException if NumPy does not support a tensor's type, if a name is
     *     repeated or is not a relative path, or if a source writes more or fewer bytes than its
     *     shape needs
     * @throws WeightFileException if the target cannot be written
     * @throws IOException if a tensor's data cannot be read
     */
    public static void write(Path target, List<TensorSource> tensors) throws IOException {
        List<ByteBuffer> headers = new ArrayList<>();
        for (TensorSource tensor : tensors) {
            headers.add(NpyWriter.header(tensor));
        }
        AtomicFile.write(target, channel -> write(channel, tensors, headers));
    }

    private static void write(
            WritableByteChannel channel, List<TensorSource> tensors, List<ByteBuffer> headers)
            throws IOException {
        ZipWriter zip = new ZipWriter(channel);
        for (int i = 0; i < tensors.size(); i++) {
            TensorSource tensor = tensors.get(i);
            ByteBuffer header = headers.get(i);
            zip.store(
                    tensor.name() + NumpyFile.SUFFIX,
                    Math.addExact(header.remaining(), tensor.byteSize()),
                    entry -> {
                        entry.write(header.duplicate());
                        tensor.writeTo(entry);
                    });
        }
        zip.finish();
    }
}
