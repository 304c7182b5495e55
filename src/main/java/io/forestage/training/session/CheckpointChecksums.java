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
 * The SHA-256 of each tensor of a checkpoint, which is a tensor of its own, {@code U8 [32]}: a
 * changed bit would otherwise be trained on without a word.
 */
final class CheckpointChecksums {

    private static final String PREFIX = "sha256 of ";
    private static final long BYTES = 32;
    private static final String REMEDY =
            "the checkpoint is damaged: put back a copy of it, or begin anew with --force";

    private CheckpointChecksums() {}

    /**
     * Some tensors and a checksum of each, which is taken while they are written: they come first.
     */
    static List<TensorSource> with(List<TensorSource> tensors) {
        List<TensorSource> followed = new ArrayList<>();
        List<TensorSource> checksums = new ArrayList<>();
        for (TensorSource tensor : tensors) {
            Running running = new Running(tensor);
            followed.add(
                    new TensorSource(tensor.name(), tensor.type(), tensor.shape(), running::write));
            checksums.add(
                    new TensorSource(
                            PREFIX + tensor.name(),
                            ElementType.U8,
                            List.of(BYTES),
                            running::writeChecksum));
        }
        followed.addAll(checksums);
        return followed;
    }

    /** Whether a tensor is the checksum of another. */
    static boolean isOne(String tensor) {
        return tensor.startsWith(PREFIX);
    }

    /** Reads all that there is, and holds it against its checksums. */
    static void require(WeightFile checkpoint) throws IOException {
        for (TensorEntry tensor : checkpoint.tensors()) {
            if (!isOne(tensor.name())) {
                requireUnchanged(checkpoint, tensor);
            }
        }
    }

    private static void requireUnchanged(WeightFile checkpoint, TensorEntry tensor)
            throws IOException {
        Optional<TensorEntry> recorded = checkpoint.find(PREFIX + tensor.name());
        if (recorded.isEmpty() || recorded.get().byteSize() != BYTES) {
            throw new WeightFileException(
                    checkpoint.path(), tensor.name(), "its checksum", "none", REMEDY);
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
                    "values of sha256 " + expected,
                    "sha256 " + found,
                    REMEDY);
        }
    }

    /** A tensor and, once it is written, its checksum. */
    private static final class Running {

        private final TensorSource tensor;
        private byte @Nullable [] checksum;

        Running(TensorSource tensor) {
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
