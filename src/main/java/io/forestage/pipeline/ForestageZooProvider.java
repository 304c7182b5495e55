package io.forestage.pipeline;

import ai.djl.Application;
import ai.djl.repository.MRL;
import ai.djl.repository.zoo.ModelZoo;
import ai.djl.repository.zoo.ZooProvider;
import io.forestage.model.ModelConfig;
import io.forestage.model.ServingProperties;
import io.forestage.support.Quoted;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the model folders of one folder into DJL's model zoo, under the group {@value #GROUP_ID} and
 * their own names. The folder is set by the system property {@value #PROPERTY} or the environment
 * variable {@value #VARIABLE}; without either, the zoo is empty.
 *
 * <p>DJL finds this class as a service when it first uses a zoo. A folder that cannot be read is
 * logged and leaves the zoo empty, since an error would disable all other zoos of DJL.
 */
public final class ForestageZooProvider implements ZooProvider {

    /** The group of the models in the zoo. */
    public static final String GROUP_ID = "io.forestage";

    /** The system property with the folder. */
    public static final String PROPERTY = "forestage.zoo";

    /** The environment variable with the folder. */
    public static final String VARIABLE = "FORESTAGE_ZOO";

    private static final Logger LOGGER = LoggerFactory.getLogger(ForestageZooProvider.class);

    /** Makes the provider. */
    public ForestageZooProvider() {}

    @Override
    public String getName() {
        return GROUP_ID;
    }

    @Override
    public ModelZoo getModelZoo() {
        FolderZoo zoo = new FolderZoo();
        String place = System.getProperty(PROPERTY, System.getenv(VARIABLE));
        if (place != null && !place.isBlank()) {
            try {
                zoo.addAll(Path.of(place));
            } catch (InvalidPathException e) {
                LOGGER.warn(
                        "{} {}: expected a folder of model folders, found an invalid path; the zoo"
                                + " is empty: {}",
                        PROPERTY,
                        Quoted.of(place),
                        Quoted.line(e.toString()));
            }
        }
        return zoo;
    }

    /** A zoo of the model folders in one folder; a model is read on demand. */
    private static final class FolderZoo extends ModelZoo {

        private static final Logger LOGGER = LoggerFactory.getLogger(FolderZoo.class);

        /** Adds every folder with a config.json, under its own name. */
        void addAll(Path place) {
            try (Stream<Path> folders = Files.list(place)) {
                folders.filter(folder -> Files.isRegularFile(folder.resolve(ModelConfig.FILE_NAME)))
                        .sorted()
                        .forEach(this::add);
            } catch (IOException | UncheckedIOException e) {
                LOGGER.warn(
                        "{}: expected a folder of model folders, found none that is readable; the"
                                + " zoo is empty: {}",
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

        /** A file that cannot be read is left to DJL, which reports it on loading the model. */
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
                            new ModelFolderRepository(
                                    name, model.toUri(), model, propertiesOf(model)),
                            Application.NLP.TEXT_EMBEDDING,
                            getGroupId(),
                            name,
                            null,
                            null));
        }
    }
}
