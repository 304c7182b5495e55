package io.forestage.pipeline;

import ai.djl.Application;
import ai.djl.repository.MRL;
import ai.djl.repository.zoo.ModelZoo;
import io.forestage.model.ModelConfig;
import io.forestage.model.ServingProperties;
import io.forestage.support.Quoted;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The model folders in one folder, as a zoo; no model is read before it is asked for. */
final class FolderZoo extends ModelZoo {

    private static final Logger LOGGER = LoggerFactory.getLogger(FolderZoo.class);

    /** Adds every folder with a config.json, under its own name. */
    void addAll(Path place) {
        try (Stream<Path> folders = Files.list(place)) {
            folders.filter(folder -> Files.isRegularFile(folder.resolve(ModelConfig.FILE_NAME)))
                    .sorted()
                    .forEach(this::add);
        } catch (IOException | UncheckedIOException e) {
            LOGGER.warn(
                    "{}: expected a folder of model folders, found none that can be read; the zoo"
                            + " is empty: {}",
                    Quoted.line(place.toString()),
                    Quoted.line(e.toString()));
        }
    }

    @Override
    public String getGroupId() {
        return ForestageZooProvider.GROUP_ID;
    }

    @Override
    public Set<String> getSupportedEngines() {
        return Set.of("PyTorch");
    }

    /** A file that cannot be read is DJL's to tell of, when the model is asked for. */
    private static Properties propertiesOf(Path model) {
        try {
            return ServingProperties.find(model).orElseGet(Properties::new);
        } catch (IOException e) {
            LOGGER.debug("{} is left to DJL", Quoted.line(model.toString()), e);
            return new Properties();
        }
    }

    private void add(Path folder) {
        Path model = folder.toAbsolutePath();
        String name = model.getFileName().toString();
        addModel(
                MRL.model(
                        new ModelFolderRepository(name, model.toUri(), model, propertiesOf(model)),
                        Application.NLP.TEXT_EMBEDDING,
                        getGroupId(),
                        name,
                        null,
                        null));
    }
}
