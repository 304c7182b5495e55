package io.forestage.pipeline;

import ai.djl.nn.Block;
import io.forestage.model.MappedFiles;
import io.forestage.model.ModelFolder;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * The mapped files of every block that the factory made: DJL hands a model's block from there to
 * the translators, and nothing beside it.
 */
final class MappedBlocks {

    private static final Map<Block, MappedFiles> FILES =
            Collections.synchronizedMap(new WeakHashMap<>());

    private MappedBlocks() {}

    static void add(ModelFolder.LoadedBlock loaded) {
        FILES.put(loaded.block(), loaded.files());
    }

    /** Refuses a block whose files were changed in place; of a block of others nothing is known. */
    static void requireUnchanged(Block block) {
        MappedFiles files = FILES.get(block);
        if (files != null) {
            files.requireUnchanged();
        }
    }
}
