package io.forestage;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.forestage.tokens.TokenBatch;
import io.forestage.weights.ElementType;
import io.forestage.weights.TensorSource;
import io.forestage.weights.numpy.NpyWriter;
import io.forestage.weights.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A batch with its vectors. Close it after use; closing the stage closes it too.
 *
 * <p><b>Shapes.</b> ids, attention mask and position ids int64 (B, T); embeddings float32 (B, T,
 * D). A vector where the attention mask is 0 belongs to a pad and has no meaning.
 */
public final class Embeddings implements AutoCloseable {

    private final NDManager manager;
    private final TokenBatch batch;
    private final NDArray ids;
    private final NDArray attentionMask;
    private final NDArray positionIds;
    private final NDArray embeddings;

    Embeddings(
            NDManager manager,
            TokenBatch batch,
            NDArray ids,
            NDArray attentionMask,
            NDArray positionIds,
            NDArray embeddings) {
        this.manager = manager;
        this.batch = batch;
        this.ids = ids;
        this.attentionMask = attentionMask;
        this.positionIds = positionIds;
        this.embeddings = embeddings;
    }

    /**
     * Returns the batch on the host.
     *
     * @return ids, mask and positions, and the text of each row
     */
    public TokenBatch batch() {
        return batch;
    }

    /**
     * Returns the token ids.
     *
     * @return int64 (B, T)
     */
    public NDArray ids() {
        return ids;
    }

    /**
     * Returns the attention mask.
     *
     * @return int64 (B, T): 1 at tokens, 0 at pads
     */
    public NDArray attentionMask() {
        return attentionMask;
    }

    /**
     * Returns the position ids.
     *
     * @return int64 (B, T): the cumulative sum of the mask − 1, and 1 at pads
     */
    public NDArray positionIds() {
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
     * Returns the input of a model that begins with vectors, such as a TorchScript model with
     * Hugging Face's {@code inputs_embeds}, {@code attention_mask} and {@code position_ids}.
     *
     * @return the vectors, the mask and the position ids; they belong to this batch
     */
    public NDList toNdList() {
        return new NDList(embeddings, attentionMask, positionIds);
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
                            longs("ids", ids),
                            longs("attention_mask", attentionMask),
                            longs("position_ids", positionIds),
                            new TensorSource(
                                    "embeddings",
                                    ElementType.F32,
                                    shape(embeddings),
                                    rows(embeddings))));
        } else if (name.endsWith(".npy")) {
            NpyWriter.write(file, ElementType.F32, shape(embeddings), rows(embeddings));
        } else {
            throw new IllegalArgumentException(
                    file + ": expected a name that ends in .safetensors or .npy");
        }
    }

    @Override
    public void close() {
        manager.close();
    }

    private static TensorSource longs(String name, NDArray array) {
        return TensorSource.ofLongs(
                name, shape(array), array.size() == 0 ? new long[0] : array.toLongArray());
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
