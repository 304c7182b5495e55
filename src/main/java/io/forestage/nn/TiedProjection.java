package io.forestage.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.forestage.torch.NativeMemory;
import org.jspecify.annotations.Nullable;

/**
 * Projects vectors to logits over the vocabulary with the token embedding's table: logits = h ·
 * wteᵀ.
 *
 * <p>The table is the embedding's own parameter, not a copy. Only the embedding lists, saves and
 * initialises it, so the embedding must be part of the same network. Its gradient is the sum of
 * both uses, and is dense even if the embedding is {@code sparse} or fused.
 *
 * <p><b>Shapes.</b> (…, D) of the table's type → (…, V).
 *
 * <p><b>PyTorch.</b> {@code lm_head = nn.Linear(D, V, bias=False)} with {@code lm_head.weight =
 * wte.weight}, as Hugging Face's {@code tie_weights} does.
 *
 * <p><b>Source.</b> Press and Wolf 2017, "Using the Output Embedding to Improve Language Models";
 * Radford et al. 2018, §3.1, equation 2.
 *
 * <p><b>Throws</b> at a forward pass: {@link IllegalArgumentException} for vectors of another
 * width.
 */
public final class TiedProjection extends AbstractBlock {

    private static final byte VERSION = 1;

    private final TokenEmbedding embedding;

    /**
     * Makes a projection.
     *
     * @param embedding the embedding whose table is used
     */
    public TiedProjection(TokenEmbedding embedding) {
        super(VERSION);
        this.embedding = embedding;
        embedding.keepInGraph();
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameterStore,
            NDList inputs,
            boolean training,
            @Nullable PairList<String, Object> params) {
        NDArray vectors = inputs.singletonOrThrow();
        requireWidth(vectors.getShape());
        NDArray table = embedding.weight(parameterStore, vectors.getDevice(), training);
        if (!table.hasGradient()) {
            return Linear.linear(vectors, table);
        }
        // The backward pass reads the vectors, after the caller may have closed them.
        try (NDArray kept = NativeMemory.copyOf(vectors)) {
            return Linear.linear(kept, table);
        }
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        Shape vectors = inputShapes[0];
        return new Shape[] {
            vectors.slice(0, vectors.dimension() - 1).add(embedding.getNumEmbeddings())
        };
    }

    private void requireWidth(Shape found) {
        int axes = found.dimension();
        if (axes == 0 || found.get(axes - 1) != embedding.getEmbeddingDim()) {
            throw new IllegalArgumentException(
                    "vectors: expected a last dimension of %d, the width of %s, found shape %s"
                            .formatted(embedding.getEmbeddingDim(), embedding.describe(), found));
        }
    }
}
