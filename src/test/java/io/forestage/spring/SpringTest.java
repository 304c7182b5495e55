package io.forestage.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.google.gson.JsonArray;
import com.google.gson.JsonParser;
import io.forestage.InputStage;
import io.forestage.Pooling;
import io.forestage.VectorOptions;
import io.forestage.testing.Bits;
import io.forestage.testing.TenTexts;
import io.forestage.tokens.OnTooLong;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingOptions;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.SimpleVectorStore;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The stage as Spring AI's embedding model, in Spring Boot's own application contexts. */
class SpringTest {

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner()
                    .withConfiguration(AutoConfigurations.of(ForestageAutoConfiguration.class))
                    .withPropertyValues("forestage.model=models/nano");

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        @Bean
        SimpleVectorStore store(EmbeddingModel model) {
            return SimpleVectorStore.builder(model).build();
        }
    }

    /** The compiler writes them; an editor shows them in application.properties. */
    @Test
    void aPropertysTextIsInTheJar() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(
                        ForestageProperties.class.getResourceAsStream(
                                "/META-INF/spring-configuration-metadata.json"))) {
            JsonArray properties =
                    JsonParser.parseReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                            .getAsJsonObject()
                            .getAsJsonArray("properties");

            assertThat(properties)
                    .extracting(property -> property.getAsJsonObject().get("name").getAsString())
                    .containsExactlyInAnyOrder(
                            "forestage.model",
                            "forestage.pooling",
                            "forestage.normalize",
                            "forestage.on-too-long",
                            "forestage.window-length",
                            "forestage.stride");
            assertThat(properties)
                    .allSatisfy(
                            property ->
                                    assertThat(property.getAsJsonObject().get("description"))
                                            .isNotNull());
        }
    }

    /** The whole of Spring Boot, which finds the configuration by itself. */
    @Test
    void anApplicationsStoreFindsTheNearestOfTenTexts() {
        SpringApplication application = new SpringApplication(Application.class);
        application.setLogStartupInfo(false);
        application.setDefaultProperties(
                Map.of("forestage.model", "models/nano", "spring.main.banner-mode", "off"));
        try (ConfigurableApplicationContext context = application.run()) {
            SimpleVectorStore store = context.getBean(SimpleVectorStore.class);
            store.add(TenTexts.TEXTS.stream().map(Document::new).toList());

            for (Map.Entry<String, Integer> question : TenTexts.QUESTIONS.entrySet()) {
                List<Document> found =
                        store.similaritySearch(
                                SearchRequest.builder().query(question.getKey()).topK(3).build());
                assertThat(found.get(0).getText())
                        .as(question.getKey())
                        .isEqualTo(TenTexts.TEXTS.get(question.getValue()));
            }
        }
    }

    @Test
    void aResponseHasTheVectorsInOrderAndTheTokens() {
        runner.run(
                context -> {
                    EmbeddingModel model = context.getBean(EmbeddingModel.class);
                    InputStage stage = context.getBean(InputStage.class);

                    EmbeddingResponse response = model.embedForResponse(TenTexts.TEXTS);

                    float[][] expected = stage.vectors(TenTexts.TEXTS, VectorOptions.mean());
                    assertThat(response.getResults()).hasSize(10);
                    for (int i = 0; i < 10; i++) {
                        assertThat(response.getResults().get(i).getIndex()).isEqualTo(i);
                        assertThat(Bits.of(response.getResults().get(i).getOutput()))
                                .isEqualTo(Bits.of(expected[i]));
                    }
                    assertThat(response.getMetadata().getUsage().getPromptTokens())
                            .isEqualTo(
                                    TenTexts.TEXTS.stream()
                                            .mapToInt(text -> stage.tokenizer().encode(text).size())
                                            .sum());
                    assertThat(model.dimensions()).isEqualTo(128);
                    assertThat(model.embed(new Document("a king")))
                            .isEqualTo(model.embed("a king"));
                });
    }

    @Test
    void propertiesChooseHowATextBecomesAVector() {
        runner.withPropertyValues(
                        "forestage.pooling=last",
                        "forestage.normalize=true",
                        "forestage.on-too-long=windows",
                        "forestage.window-length=8",
                        "forestage.stride=4")
                .run(
                        context -> {
                            EmbeddingModel model = context.getBean(EmbeddingModel.class);
                            InputStage stage = context.getBean(InputStage.class);
                            String text = "the king of the sea ".repeat(400);

                            assertThat(model.embed(text))
                                    .isEqualTo(
                                            stage.vectors(
                                                            List.of(text),
                                                            VectorOptions.mean()
                                                                    .withPooling(Pooling.LAST)
                                                                    .withNormalize(true)
                                                                    .withOnTooLong(
                                                                            OnTooLong.windows(
                                                                                    8, 4)))[0]);
                        });
    }

    @Test
    void closingTheContextClosesTheStage() {
        List<InputStage> stages = new ArrayList<>();
        runner.run(context -> stages.add(context.getBean(InputStage.class)));

        assertThatIllegalStateException()
                .isThrownBy(() -> stages.get(0).embed("a"))
                .withMessageContaining("closed");
    }

    @Test
    void withoutTheModelsNameThereIsNone() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(ForestageAutoConfiguration.class))
                .run(context -> assertThat(context).doesNotHaveBean(InputStage.class));
    }

    @Test
    void anotherModelOfTheApplicationIsKept() throws Exception {
        runner.withPropertyValues("spring.ai.model.embedding=openai")
                .run(context -> assertThat(context).doesNotHaveBean(InputStage.class));
        try (InputStage stage = InputStage.load(Path.of("models/nano"))) {
            EmbeddingModel own = new ForestageEmbeddingModel(stage, VectorOptions.mean());
            runner.withBean("own", EmbeddingModel.class, () -> own)
                    .run(
                            context ->
                                    assertThat(context.getBean(EmbeddingModel.class))
                                            .isSameAs(own));
        }
    }

    @Test
    void anotherDimensionIsRefused() {
        runner.run(
                context -> {
                    EmbeddingModel model = context.getBean(EmbeddingModel.class);
                    EmbeddingOptions options = EmbeddingOptions.builder().dimensions(64).build();
                    assertThatIllegalArgumentException()
                            .isThrownBy(
                                    () -> model.call(new EmbeddingRequest(List.of("a"), options)))
                            .withMessageContaining("expected 128");
                });
    }

    @Test
    void whatIsWrongWithTheModelFailsTheStart() {
        runner.withPropertyValues("forestage.model=models/absent")
                .run(
                        context ->
                                assertThat(context)
                                        .getFailure()
                                        .rootCause()
                                        .hasMessage("models/absent: no such file or folder"));
        runner.withPropertyValues("forestage.stride=3")
                .run(
                        context ->
                                assertThat(context)
                                        .getFailure()
                                        .rootCause()
                                        .hasMessageContaining("forestage.on-too-long=windows"));
    }
}
