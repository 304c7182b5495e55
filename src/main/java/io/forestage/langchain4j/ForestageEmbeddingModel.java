package io.forestage.langchain4j;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.output.Response;
import dev.langchain4j.model.output.TokenUsage;
import io.forestage.InputStage;
import io.forestage.TextVectors;
import io.forestage.VectorOptions;
import java.util.Arrays;
import java.util.List;

/**
 * An embedding model of LangChain4j: one vector for each segment, of the mean of its tokens'
 * vectors or of its last token.
 *
 * <pre>{@code
 * try (var model =
 *         new ForestageEmbeddingModel(InputStage.fromHub("gpt2"), VectorOptions.mean())) {
 *     Embedding embedding = model.embed("a sentence").content(); // 768 values
 * }
 * }</pre>
 *
 * <p>It is thread-safe. Closing it closes the stage.
 */
public final class ForestageEmbeddingModel implements EmbeddingModel, AutoCloseable {

    private final InputStage stage;
    private final VectorOptions options;

    /**
     * Makes the model of a stage.
     *
     * @param stage the stage, closed with the model
     * @param options how a text becomes a vector
     */
    public ForestageEmbeddingModel(InputStage stage, VectorOptions options) {
        this.stage = stage;
        this.options = options;
    }

    /**
     * Embeds segments.
     *
     * @param segments the segments, none or more
     * @return their embeddings in order, and the number of tokens
     * @throws IllegalArgumentException if a text is not valid UTF-16 or too long
     */
    @Override
    public Response<List<Embedding>> embedAll(List<TextSegment> segments) {
        TextVectors result =
                stage.vectorsAndTokens(segments.stream().map(TextSegment::text).toList(), options);
        return Response.from(
                Arrays.stream(result.vectors()).map(Embedding::from).toList(),
                new TokenUsage(Math.toIntExact(result.tokens())));
    }

    /**
     * Returns the length of each vector.
     *
     * @return D
     */
    @Override
    public int dimension() {
        return Math.toIntExact(stage.config().nEmbd());
    }

    /**
     * Returns the name in responses.
     *
     * @return {@code forestage}
     */
    @Override
    public String modelName() {
        return "forestage";
    }

    @Override
    public void close() {
        stage.close();
    }
}
