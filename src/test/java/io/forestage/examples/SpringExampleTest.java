package io.forestage.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.vectorstore.SimpleVectorStore;
import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The example on the page of Spring AI, with the page's own properties. */
class SpringExampleTest {

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        @Bean
        VectorStore store(EmbeddingModel model) { // Forestage's
            return SimpleVectorStore.builder(model).build();
        }
    }

    @Test
    void thePropertiesOfThePageMakeTheModel() throws Exception {
        Matcher block =
                Pattern.compile("```properties\n(.*?)```", Pattern.DOTALL)
                        .matcher(Files.readString(Path.of("src/site/markdown/spring.md")));
        assertThat(block.find()).isTrue();
        Properties properties = new Properties();
        properties.load(new StringReader(block.group(1)));
        properties.setProperty("spring.main.banner-mode", "off");
        SpringApplication application = new SpringApplication(Application.class);
        application.setDefaultProperties(properties);

        try (ConfigurableApplicationContext context = application.run()) {
            VectorStore store = context.getBean(VectorStore.class);
            store.add(
                    List.of(new Document("the king and the queen"), new Document("rain and snow")));
            assertThat(store.similaritySearch("a prince").get(0).getText())
                    .isEqualTo("the king and the queen");
        }
    }
}
