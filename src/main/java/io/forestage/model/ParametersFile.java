package io.forestage.model;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import io.forestage.torch.TorchEngine;
import io.forestage.weights.AtomicFile;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;

/** DJL's own parameter file, as {@link Model#save} writes it. */
record ParametersFile(ModelFolder folder) {

    private static final String NAME = "model";

    /** Writes the file; DJL only writes into folders, under a name of its own. */
    void write(Path target) throws IOException {
        Engine engine = TorchEngine.get();
        try (NDManager manager = engine.newBaseManager(Device.cpu());
                Model model = engine.newModel(NAME, Device.cpu())) {
            model.setBlock(folder.loadBlock(manager, LoadOptions.fineTuned()).block());
            Path work = Files.createTempDirectory("forestage-export");
            try {
                model.save(work, NAME);
                Path saved = StagingFolder.entries(work).get(0);
                AtomicFile.write(
                        target, channel -> Files.copy(saved, Channels.newOutputStream(channel)));
            } finally {
                StagingFolder.delete(work);
            }
        }
    }
}
