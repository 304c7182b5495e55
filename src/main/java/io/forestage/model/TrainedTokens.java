package io.forestage.model;

import io.forestage.weights.ElementType;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.WeightFile;
import io.forestage.weights.WeightFileException;
import io.forestage.weights.numpy.NpyWriter;
import io.forestage.weights.numpy.NumpyFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * The tokens that a table was trained on, in {@code training/trained-tokens.npy}: their ids, int64,
 * ascending. The rows of all other tokens are still random and have no meaning.
 */
final class TrainedTokens {

    static final String FILE_NAME = "trained-tokens.npy";

    private TrainedTokens() {}

    static void write(Path trainingFolder, BitSet tokens) throws IOException {
        ByteBuffer ids =
                ByteBuffer.allocate(tokens.cardinality() * Long.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
        tokens.stream().forEach(ids::putLong);
        NpyWriter.write(
                trainingFolder.resolve(FILE_NAME),
                ElementType.I64,
                List.of((long) tokens.cardinality()),
                channel -> channel.write(ids.rewind()));
    }

    /** Reads a model folder's file; empty without it, as for GPT-2, whose rows are all trained. */
    static Optional<BitSet> find(Path modelFolder, long vocabulary) throws IOException {
        Path file = modelFolder.resolve(ModelWriter.TRAINING_FOLDER).resolve(FILE_NAME);
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try (WeightFile open = NumpyFile.open(file)) {
            TensorEntry entry = open.tensors().get(0);
            boolean fits =
                    entry.type() == ElementType.I64
                            && entry.shape().size() == 1
                            && entry.elementCount() <= vocabulary;
            if (!fits) {
                throw damaged(
                        file,
                        "at most %d ids, I64".formatted(vocabulary),
                        "%s %s".formatted(entry.type(), entry.shape()));
            }
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            open.transferTo(entry, Channels.newChannel(bytes));
            LongBuffer ids =
                    ByteBuffer.wrap(bytes.toByteArray())
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .asLongBuffer();
            BitSet tokens = new BitSet();
            while (ids.hasRemaining()) {
                long id = ids.get();
                if (id < tokens.length() || id >= vocabulary) {
                    throw damaged(
                            file,
                            "ids from 0 to %d, ascending".formatted(vocabulary - 1),
                            "%d at index %d".formatted(id, ids.position() - 1));
                }
                tokens.set((int) id);
            }
            return Optional.of(tokens);
        }
    }

    private static WeightFileException damaged(Path file, String expected, String found) {
        return new WeightFileException(
                file, null, expected, found, "train the model again, or remove the file");
    }
}
