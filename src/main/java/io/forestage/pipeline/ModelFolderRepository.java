package io.forestage.pipeline;

import ai.djl.repository.Artifact;
import ai.djl.repository.MRL;
import ai.djl.repository.Metadata;
import ai.djl.repository.SimpleRepository;
import io.forestage.model.ServingProperties;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;

/**
 * A model folder as a repository of one model, which names the classes that load it. DJL asks for
 * the translator's before it reads the folder's own {@code serving.properties}.
 */
final class ModelFolderRepository extends SimpleRepository {

    ModelFolderRepository(String name, URI uri, Path folder) {
        super(name, uri, folder);
    }

    @Override
    public Metadata locate(MRL mrl) throws IOException {
        Metadata metadata = super.locate(mrl);
        for (Artifact artifact : metadata.getArtifacts()) {
            Map<String, Object> arguments = artifact.getArguments();
            arguments.putIfAbsent(
                    ServingProperties.BLOCK_FACTORY_KEY, ServingProperties.BLOCK_FACTORY);
            arguments.putIfAbsent(
                    ServingProperties.Classes.ON_CLASS_PATH.key(),
                    ServingProperties.Classes.ON_CLASS_PATH.translator());
            artifact.setOptions(Map.of("hasParameter", "false"));
        }
        return metadata;
    }
}
