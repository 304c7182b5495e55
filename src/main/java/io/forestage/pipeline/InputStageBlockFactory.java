package io.forestage.pipeline;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.BlockFactory;
import io.forestage.model.ModelFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Makes the block of a model folder with its weights, for DJL's {@code Criteria}. The folder's
 * {@code serving.properties} names it, with the option {@code hasParameter=false}, as the weights
 * are in the folder's safetensors file and not in one of DJL's own.
 *
 * <p>The tables belong to the model and are closed with it. They come frozen. The arguments are
 * those of {@link EmbeddingTranslatorFactory}, and are checked here already, before anything large
 * is read.
 */
public final class InputStageBlockFactory implements BlockFactory {

    private static final long serialVersionUID = 1L;

    /** Makes the factory. */
    public InputStageBlockFactory() {}

    @Override
    public Block newBlock(Model model, Path modelPath, Map<String, ?> arguments)
            throws IOException {
        ModelFolder folder = ModelFolder.open(modelPath);
        PipelineOptions unused = new PipelineArguments(folder).ofModel(arguments);
        Device device = PipelineArguments.device(arguments);
        NDManager manager = model.getNDManager();
        ModelFolder.LoadedBlock loaded =
                folder.loadBlock(
                        device == null ? manager : manager.newSubManager(device),
                        PipelineArguments.loading(arguments));
        MappedBlocks.add(loaded);
        return loaded.block();
    }
}
