package io.forestage.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.request.EmbeddingRequest;
import dev.langchain4j.model.embedding.response.EmbeddingResponse;
import dev.langchain4j.model.output.Response;
import dev.langchain4j.model.output.TokenUsage;
import dev.langchain4j.store.embedding.EmbeddingSearchRequest;
import dev.langchain4j.store.embedding.inmemory.InMemoryEmbeddingStore;
import io.forestage.InputStage;
import io.forestage.VectorOptions;
import io.forestage.testing.Bits;
import io.forestage.testing.TenTexts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The stage as LangChain4j's embedding model, with LangChain4j itself. */
class LangChain4jTest {

    private static InputStage stage;
    private static ForestageEmbeddingModel model;

    @BeforeAll
    static void load() throws Exception {
        stage = InputStage.load(Path.of("models/nano"));
        model = new ForestageEmbeddingModel(stage, VectorOptions.mean().withNormalize(true));
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @Test
    void aStoreFindsTheNearestOfTenTexts() {
        InMemoryEmbeddingStore<TextSegment> store = new InMemoryEmbeddingStore<>();
        List<TextSegment> segments = TenTexts.TEXTS.stream().map(TextSegment::from).toList();
        store.addAll(model.embedAll(segments).content(), segments);

        for (Map.Entry<String, Integer> question : TenTexts.QUESTIONS.entrySet()) {
            EmbeddingSearchRequest search =
                    EmbeddingSearchRequest.builder()
                            .queryEmbedding(model.embed(question.getKey()).content())
                            .maxResults(3)
                            .build();
            assertThat(store.search(search).matches().get(0).embedded().text())
                    .as(question.getKey())
                    .isEqualTo(TenTexts.TEXTS.get(question.getValue()));
        }
    }

    @Test
    void aBatchIsItsTextsInOrderWithTheirTokens() {
        List<TextSegment> segments = TenTexts.TEXTS.stream().map(TextSegment::from).toList();

        Response<List<Embedding>> response = model.embedAll(segments);

        int tokens = 0;
        for (int i = 0; i < segments.size(); i++) {
            String text = TenTexts.TEXTS.get(i);
            tokens += stage.tokenizer().encode(text).size();
            assertThat(Bits.of(response.content().get(i).vector()))
                    .isEqualTo(Bits.of(model.embed(text).content().vector()));
        }
        assertThat(response.tokenUsage()).isEqualTo(new TokenUsage(tokens));
        assertThat(model.embedAll(List.of()).content()).isEmpty();
    }

    @Test
    void aRequestOfTheNewerKindIsAnsweredToo() {
        EmbeddingResponse response =
                model.embed(
                        EmbeddingRequest.builder()
                                .textSegments(List.of(TextSegment.from("a king")))
                                .build());

        assertThat(response.embeddings()).containsExactly(model.embed("a king").content());
        assertThat(response.modelName()).isEqualTo("forestage");
    }

    @Test
    void theDimensionIsTheTables() {
        EmbeddingModel asFrameworkSeesIt = model;

        assertThat(asFrameworkSeesIt.dimension()).isEqualTo(128);
        assertThat(model.embed("a").content().dimension()).isEqualTo(128);
    }

    @Test
    void threadsShareIt() throws Exception {
        int[] expected = Bits.of(model.embed("the king").content().vector());
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<float[]>> results = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                results.add(threads.submit(() -> model.embed("the king").content().vector()));
            }
            for (Future<float[]> result : results) {
                assertThat(Bits.of(result.get())).isEqualTo(expected);
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void aTextThatIsTooLongIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> model.embed("word ".repeat(5000)))
                .withMessageContaining("onTooLong");
    }

    @Test
    void closingClosesTheStage() throws Exception {
        ForestageEmbeddingModel closed =
                new ForestageEmbeddingModel(
                        InputStage.load(Path.of("models/nano")), VectorOptions.mean());
        closed.close();

        assertThatIllegalStateException()
                .isThrownBy(() -> closed.embed("a"))
                .withMessageContaining("closed");
    }
}
