package io.forestage;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.forestage.tokens.TokenBatch;
import io.forestage.torch.NativeMemory;
import io.forestage.weights.ElementType;
import io.forestage.weights.TensorSource;
import io.forestage.weights.numpy.NpyWriter;
import io.forestage.weights.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A batch with its vectors. Close it after use; closing the stage closes it too.
 *
 * <p><b>Shapes.</b> ids, attention mask and position ids int64 (B, T); embeddings float32 (B, T,
 * D). A vector where the attention mask is 0 belongs to a pad and has no meaning: it is that of the
 * padding id at position 0.
 */
public final class Embeddings implements AutoCloseable {

    private final NDManager manager;
    private final TokenBatch batch;
    private final NDArray embeddings;

    // Made on request: most callers use only the vectors.
    private @Nullable NDArray ids;
    private @Nullable NDArray attentionMask;
    private @Nullable NDArray positionIds;

    Embeddings(NDManager manager, TokenBatch batch, NDArray embeddings) {
        this.manager = manager;
        this.batch = batch;
        this.embeddings = embeddings;
    }

    /**
     * Makes the result of vectors that the stage's block has computed elsewhere, such as in a
     * pipeline.
     *
     * @param manager the owner of the batch's arrays, closed with it
     * @param batch the batch on the host
     * @param embeddings its vectors (B, T, D)
     * @return the batch with its vectors
     * @throws IllegalArgumentException if the vectors have another shape
     */
    public static Embeddings of(NDManager manager, TokenBatch batch, NDArray embeddings) {
        Shape shape = embeddings.getShape();
        if (shape.dimension() != 3
                || shape.get(0) != batch.batchSize()
                || shape.get(1) != batch.length()) {
            throw new IllegalArgumentException(
                    "embeddings: expected shape (%d, %d, D) of the batch, found %s"
                            .formatted(batch.batchSize(), batch.length(), shape));
        }
        return new Embeddings(manager, batch, embeddings);
    }

    /** Returns the batch on the host: ids, mask and positions, and the text of each row. */
    public TokenBatch batch() {
        return batch;
    }

    /**
     * Returns the token ids.
     *
     * @return int64 (B, T)
     */
    public synchronized NDArray ids() {
        if (ids == null) {
            ids = array(batch.ids());
        }
        return ids;
    }

    /**
     * Returns the attention mask.
     *
     * @return int64 (B, T): 1 at tokens, 0 at pads
     */
    public synchronized NDArray attentionMask() {
        if (attentionMask == null) {
            attentionMask = array(batch.attentionMask());
        }
        return attentionMask;
    }

    /**
     * Returns the position ids.
     *
     * @return int64 (B, T): 0, 1, 2, … for a row's tokens, 0 at pads
     */
    public synchronized NDArray positionIds() {
        if (positionIds == null) {
            positionIds = array(batch.positionIds());
        }
        return positionIds;
    }

    /**
     * Returns the vectors.
     *
     * @return float32 (B, T, D)
     */
    public NDArray embeddings() {
        return embeddings;
    }

    /**
     * Returns the input of a model that takes vectors, such as a TorchScript model with Hugging
     * Face's {@code inputs_embeds}, {@code attention_mask} and {@code position_ids}.
     *
     * @return the vectors, the mask and the position ids; they belong to this batch
     */
    public NDList toNdList() {
        return new NDList(embeddings, attentionMask(), positionIds());
    }

    /**
     * Writes the batch to a file atomically.
     *
     * @param file a name that ends in {@code .safetensors}, for {@code ids}, {@code
     *     attention_mask}, {@code position_ids} as I64 (B, T) and {@code embeddings} as F32 (B, T,
     *     D), or in {@code .npy}, for the embeddings alone
     * @throws IOException if it cannot be written
     * @throws IllegalArgumentException if the name has another ending
     */
    public void write(Path file) throws IOException {
        String name = file.toString();
        if (name.endsWith(".safetensors")) {
            SafetensorsWriter.write(
                    file,
                    Map.of(),
                    List.of(
                            longs("ids", batch.ids()),
                            longs("attention_mask", batch.attentionMask()),
                            longs("position_ids", batch.positionIds()),
                            new TensorSource(
                                    "embeddings",
                                    ElementType.F32,
                                    shape(embeddings),
                                    rows(embeddings))));
        } else if (name.endsWith(".npy")) {
            NpyWriter.write(file, ElementType.F32, shape(embeddings), rows(embeddings));
        } else {
            throw new IllegalArgumentException(
                    "%s: expected a name that ends in .safetensors or .npy".formatted(file));
        }
    }

    @Override
    public void close() {
        manager.close();
    }

    private TensorSource longs(String name, long[] values) {
        return TensorSource.ofLongs(
                name, List.of((long) batch.batchSize(), (long) batch.length()), values);
    }

    /** Native memory, since a backward pass may read the array after it is closed. */
    private NDArray array(long[] values) {
        return NativeMemory.of(manager, values, new Shape(batch.batchSize(), batch.length()));
    }

    /** Row by row, since all rows may exceed the size of a buffer. */
    private static TensorSource.TensorData rows(NDArray vectors) {
        return channel -> {
            for (long i = 0; vectors.size() > 0 && i < vectors.getShape().get(0); i++) {
                try (NDArray row = vectors.get(i)) {
                    channel.write(row.toByteBuffer());
                }
            }
        };
    }

    private static List<Long> shape(NDArray array) {
        return Arrays.stream(array.getShape().getShape()).boxed().toList();
    }
}
