package io.forestage.pipeline;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.BlockFactory;
import io.forestage.model.MappedFiles;
import io.forestage.model.ModelFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * Makes the block of a model folder with its weights, for DJL's {@code Criteria}. The folder's
 * {@code serving.properties} names it, with the option {@code hasParameter=false}, since the
 * weights are in the folder's safetensors file and not in a file of DJL's.
 *
 * <p>The tables are frozen, belong to the model and are closed with it. The arguments are those of
 * {@link EmbeddingTranslatorFactory}; they are checked before anything large is read.
 */
public final class InputStageBlockFactory implements BlockFactory {

    private static final long serialVersionUID = 1L;

    /**
     * The mapped files of each block made here: DJL hands a model's block to the translators, and
     * nothing beside it.
     */
    private static final Map<Block, MappedFiles> FILES =
            Collections.synchronizedMap(new WeakHashMap<>());

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
        FILES.put(loaded.block(), loaded.files());
        return loaded.block();
    }

    /** Throws if the files of a block were changed in place. Blocks made elsewhere pass. */
    static void requireUnchanged(Block block) {
        MappedFiles files = FILES.get(block);
        if (files != null) {
            files.requireUnchanged();
        }
    }
}
