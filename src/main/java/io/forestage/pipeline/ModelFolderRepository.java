package io.forestage.pipeline;

import ai.djl.Application;
import ai.djl.repository.Artifact;
import ai.djl.repository.MRL;
import ai.djl.repository.Metadata;
import ai.djl.repository.SimpleRepository;
import ai.djl.repository.zoo.DefaultModelZoo;
import ai.djl.util.Utils;
import io.forestage.model.ServingProperties;
import io.forestage.torch.TorchEngine;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/**
 * A model folder, or an archive of one, as a DJL repository of one model. It names the classes that
 * load the model, since DJL needs the translator's before it reads the folder's {@code
 * serving.properties}.
 */
final class ModelFolderRepository extends SimpleRepository {

    private static final String TRANSLATOR = ServingProperties.Classes.IN_FOLDER.key();

    private final Path place;
    private final Properties properties;

    /**
     * Makes the repository.
     *
     * @param place the folder, or an archive of it
     * @param properties the folder's serving.properties; empty if it has none
     */
    ModelFolderRepository(String name, URI uri, Path place, Properties properties) {
        super(name, uri, place);
        this.place = place;
        this.properties = properties;
    }

    @Override
    public Metadata locate(MRL mrl) throws IOException {
        TorchEngine.requireFittingJars(); // before DJL starts the engine by itself
        Metadata metadata = super.locate(mrl);
        if (isRemote() && Files.isRegularFile(place)) {
            // DJL caches an unpacked archive by name; another archive of that name is another
            // model.
            BasicFileAttributes file = Files.readAttributes(place, BasicFileAttributes.class);
            String version =
                    "%s %d %d"
                            .formatted(
                                    place.toUri(),
                                    file.size(),
                                    file.lastModifiedTime().to(TimeUnit.NANOSECONDS));
            MRL versioned =
                    model(Application.UNDEFINED, DefaultModelZoo.GROUP_ID, Utils.hash(version));
            metadata.setRepositoryUri(versioned.toURI());
        }
        for (Artifact artifact : metadata.getArtifacts()) {
            Map<String, Object> arguments = artifact.getArguments();
            arguments.putIfAbsent(
                    ServingProperties.BLOCK_FACTORY_KEY, ServingProperties.BLOCK_FACTORY);
            if (!namesAnotherTranslator(arguments)) {
                arguments.putIfAbsent(
                        ServingProperties.Classes.ON_CLASS_PATH.key(), translatorFactory());
            }
            artifact.setOptions(Map.of("hasParameter", "false"));
        }
        return metadata;
    }

    /** The folder's own setting, or the default. */
    private String translatorFactory() {
        return properties.getProperty(
                ServingProperties.Classes.ON_CLASS_PATH.key(),
                ServingProperties.Classes.ON_CLASS_PATH.translator());
    }

    /**
     * Whether the folder names a translator of its owner. DJL uses it only if no factory is named.
     */
    private boolean namesAnotherTranslator(Map<String, Object> arguments) {
        Object named = arguments.getOrDefault(TRANSLATOR, properties.getProperty(TRANSLATOR));
        return named != null && !named.equals(ServingProperties.Classes.IN_FOLDER.translator());
    }
}
