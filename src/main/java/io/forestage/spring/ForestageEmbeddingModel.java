package io.forestage.spring;

import io.forestage.InputStage;
import io.forestage.TextVectors;
import io.forestage.VectorOptions;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.metadata.DefaultUsage;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingOptions;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.embedding.EmbeddingResponseMetadata;

/**
 * An embedding model of Spring AI: one vector for each text, of the mean of its tokens' vectors or
 * of its last token. It is thread-safe. The stage is not closed with it: in an application context
 * it is a bean of its own.
 */
public final class ForestageEmbeddingModel implements EmbeddingModel {

    private static final String NAME = "forestage";

    private final InputStage stage;
    private final VectorOptions options;

    /**
     * Makes the model of a stage.
     *
     * @param stage the stage; the caller closes it
     * @param options how a text becomes a vector
     */
    public ForestageEmbeddingModel(InputStage stage, VectorOptions options) {
        this.stage = stage;
        this.options = options;
    }

    /**
     * Embeds texts.
     *
     * @param request the texts; its options may name the model's own dimension and no other
     * @return their vectors in order, and the number of tokens
     * @throws IllegalArgumentException if a text is not valid UTF-16 or too long, or if another
     *     dimension is requested
     */
    @Override
    public EmbeddingResponse call(EmbeddingRequest request) {
        requireDimensions(request.getOptions());
        TextVectors result = stage.vectorsAndTokens(request.getInstructions(), options);
        float[][] vectors = result.vectors();
        List<Embedding> embeddings =
                IntStream.range(0, vectors.length)
                        .mapToObj(i -> new Embedding(vectors[i], i))
                        .toList();
        DefaultUsage usage = new DefaultUsage(Math.toIntExact(result.tokens()), 0);
        return new EmbeddingResponse(embeddings, new EmbeddingResponseMetadata(NAME, usage));
    }

    /**
     * Embeds a document.
     *
     * @param document the document
     * @return its vector (D)
     * @throws IllegalArgumentException if the text is not valid UTF-16 or too long
     */
    @Override
    public float[] embed(Document document) {
        return embed(getEmbeddingContent(document));
    }

    /**
     * Returns the text of a document; metadata is left out.
     *
     * @param document the document
     * @return its text, empty if it has none
     */
    @Override
    public String getEmbeddingContent(Document document) {
        String text = document.getText();
        return text == null ? "" : text;
    }

    /**
     * Returns the length of each vector.
     *
     * @return D
     */
    @Override
    public int dimensions() {
        return Math.toIntExact(stage.config().nEmbd());
    }

    private void requireDimensions(@Nullable EmbeddingOptions requested) {
        Integer number = requested == null ? null : requested.getDimensions();
        if (number != null && number != dimensions()) {
            throw new IllegalArgumentException(
                    "dimensions: expected %d, those of the model's table, found %d; leave them out, or load another model"
                            .formatted(dimensions(), number));
        }
    }
}
