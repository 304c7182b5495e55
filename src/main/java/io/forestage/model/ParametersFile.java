package io.forestage.model;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.util.Pair;
import ai.djl.util.PairList;
import io.forestage.torch.TorchEngine;
import io.forestage.weights.AtomicFile;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Path;

/**
 * DJL's own parameter file, byte for byte as {@link Model#save} writes it. That one only writes
 * into folders, so that a process killed on the way would leave a whole copy there.
 */
record ParametersFile(ModelFolder folder) {

    private static final String NAME = "model";
    private static final String MAGIC = "DJL@";
    private static final int VERSION = 1;
    private static final int PROPERTIES = 0;

    void write(Path target) throws IOException {
        try (NDManager manager = TorchEngine.get().newBaseManager(Device.cpu())) {
            Block block = folder.loadBlock(manager, LoadOptions.fineTuned()).block();
            AtomicFile.write(
                    target,
                    channel -> {
                        DataOutputStream out =
                                new DataOutputStream(
                                        new BufferedOutputStream(
                                                Channels.newOutputStream(channel)));
                        writeHead(block, out);
                        block.saveParameters(out);
                        out.flush();
                    });
        }
    }

    private static void writeHead(Block block, DataOutputStream out) throws IOException {
        out.writeBytes(MAGIC);
        out.writeInt(VERSION);
        out.writeUTF(NAME);
        out.writeUTF(DataType.FLOAT32.name());
        PairList<String, Shape> inputs = block.describeInput();
        out.writeInt(inputs.size());
        for (Pair<String, Shape> input : inputs) {
            out.writeUTF(input.getKey() == null ? "" : input.getKey());
            out.write(input.getValue().getEncoded());
        }
        out.writeInt(PROPERTIES);
    }
}
