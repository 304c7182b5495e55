package io.forestage.spring;

import io.forestage.InputStage;
import io.forestage.hub.cache.HubCache;
import io.forestage.hub.cache.HubOptions;
import java.io.IOException;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/**
 * Makes the embedding model of an application that sets {@code forestage.model}, unless {@code
 * spring.ai.model.embedding} names another one. The stage is a bean too and is closed with the
 * application context.
 */
@AutoConfiguration
@ConditionalOnClass(EmbeddingModel.class)
@ConditionalOnProperty("forestage.model")
@EnableConfigurationProperties(ForestageProperties.class)
public final class ForestageAutoConfiguration {

    /** Makes the configuration. */
    public ForestageAutoConfiguration() {}

    /**
     * Loads the stage.
     *
     * @param properties the application's properties
     * @return the stage, closed with the context
     * @throws IOException if the model is not there, cannot be fetched or is invalid
     */
    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean
    @ConditionalOnProperty(
            name = "spring.ai.model.embedding",
            havingValue = "forestage",
            matchIfMissing = true)
    public InputStage forestageInputStage(ForestageProperties properties) throws IOException {
        return InputStage.load(HubCache.folderOrPath(properties.model(), HubOptions.defaults()));
    }

    /**
     * Makes the embedding model.
     *
     * @param stage the stage
     * @param properties the application's properties
     * @return the model
     */
    @Bean
    @ConditionalOnMissingBean(EmbeddingModel.class)
    @ConditionalOnProperty(
            name = "spring.ai.model.embedding",
            havingValue = "forestage",
            matchIfMissing = true)
    public ForestageEmbeddingModel forestageEmbeddingModel(
            InputStage stage, ForestageProperties properties) {
        return new ForestageEmbeddingModel(
                stage, properties.vectors(stage.batchOptions().maxLength()));
    }
}
