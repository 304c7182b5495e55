package io.forestage.training.session;

import io.forestage.support.Digest;
import io.forestage.weights.ElementType;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.TensorSource;
import io.forestage.weights.WeightFile;
import io.forestage.weights.WeightFileException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The SHA-256 of each tensor of a checkpoint, stored as another tensor, {@code U8 [32]}. Without
 * it, a resumed training would not notice a flipped bit.
 */
final class CheckpointChecksums {

    private static final String PREFIX = "sha256 of ";
    private static final long BYTES = 32;
    private static final String REMEDY =
            "the checkpoint is damaged: restore a copy of it, or start over with --force";

    private CheckpointChecksums() {}

    /** Returns the tensors, then their checksums, which are computed as the tensors are written. */
    static List<TensorSource> with(List<TensorSource> tensors) {
        List<TensorSource> all = new ArrayList<>();
        List<TensorSource> checksums = new ArrayList<>();
        for (TensorSource tensor : tensors) {
            HashedTensor hashed = new HashedTensor(tensor);
            all.add(new TensorSource(tensor.name(), tensor.type(), tensor.shape(), hashed::write));
            checksums.add(
                    new TensorSource(
                            PREFIX + tensor.name(),
                            ElementType.U8,
                            List.of(BYTES),
                            hashed::writeChecksum));
        }
        all.addAll(checksums);
        return all;
    }

    /** Returns whether a tensor is the checksum of another one. */
    static boolean isChecksum(String tensor) {
        return tensor.startsWith(PREFIX);
    }

    /**
     * Compares every tensor with its checksum.
     *
     * @throws WeightFileException if a checksum is missing or differs
     */
    static void require(WeightFile checkpoint) throws IOException {
        for (TensorEntry tensor : checkpoint.tensors()) {
            if (!isChecksum(tensor.name())) {
                requireUnchanged(checkpoint, tensor);
            }
        }
    }

    private static void requireUnchanged(WeightFile checkpoint, TensorEntry tensor)
            throws IOException {
        Optional<TensorEntry> recorded = checkpoint.find(PREFIX + tensor.name());
        if (recorded.isEmpty() || recorded.get().byteSize() != BYTES) {
            throw new WeightFileException(
                    checkpoint.path(),
                    tensor.name(),
                    "a checksum of %d bytes".formatted(BYTES),
                    recorded.map(entry -> "%d bytes".formatted(entry.byteSize())).orElse("none"),
                    REMEDY);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        checkpoint.transferTo(recorded.get(), Channels.newChannel(bytes));
        String expected = HexFormat.of().formatHex(bytes.toByteArray());
        Digest sha256 = Digest.sha256();
        checkpoint.transferTo(
                tensor,
                sha256.follow(Channels.newChannel(ByteArrayOutputStream.nullOutputStream())));
        String found = sha256.hex();
        if (!found.equals(expected)) {
            throw new WeightFileException(
                    checkpoint.path(),
                    tensor.name(),
                    "values of SHA-256 %s".formatted(expected),
                    "SHA-256 %s".formatted(found),
                    REMEDY);
        }
    }

    /** A tensor whose checksum is known once it is written. */
    private static final class HashedTensor {

        private final TensorSource tensor;
        private byte @Nullable [] checksum;

        HashedTensor(TensorSource tensor) {
            this.tensor = tensor;
        }

        void write(WritableByteChannel channel) throws IOException {
            Digest sha256 = Digest.sha256();
            tensor.writeTo(sha256.follow(channel));
            checksum = HexFormat.of().parseHex(sha256.hex());
        }

        void writeChecksum(WritableByteChannel channel) throws IOException {
            if (checksum == null) {
                throw new IllegalStateException(
                        "expected %s to be written before its checksum".formatted(tensor.name()));
            }
            channel.write(ByteBuffer.wrap(checksum));
        }
    }
}
