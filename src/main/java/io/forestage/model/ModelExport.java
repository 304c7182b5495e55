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
import io.forestage.weights.ElementType;
import io.forestage.weights.Gpt2Table;
import io.forestage.weights.StoredType;
import io.forestage.weights.TensorSource;
import io.forestage.weights.WeightFile;
import io.forestage.weights.checkpoint.Checkpoint;
import io.forestage.weights.checkpoint.LocatedTensor;
import io.forestage.weights.files.AtomicFile;
import io.forestage.weights.numpy.NpzWriter;
import io.forestage.weights.safetensors.SafetensorsWriter;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Writes a model's tables to one file in another format, atomically. */
public final class ModelExport {

    private final Path model;

    /**
     * Prepares an export; nothing is read or written yet.
     *
     * @param model a model folder or a weight file
     */
    public ModelExport(Path model) {
        this.model = model;
    }

    /**
     * Exports the tables. They keep their element types, except in {@link ExportFormat#PARAMS},
     * which has float32, and for bfloat16 in {@link ExportFormat#NPZ}, which NumPy lacks: it is
     * widened.
     *
     * @param format the format to write
     * @param target the file to write or replace
     * @throws IOException if the model is invalid or the file cannot be written
     */
    public void write(ExportFormat format, Path target) throws IOException {
        switch (format) {
            case SAFETENSORS ->
                    writeTables(
                            Gpt2Table::tensorName,
                            tensors -> SafetensorsWriter.write(target, Map.of(), tensors),
                            false);
            case NPZ ->
                    writeTables(
                            Gpt2Table::shortName,
                            tensors -> NpzWriter.write(target, tensors),
                            true);
            case PARAMS -> new ParametersFile(ModelFolder.open(model)).write(target);
        }
    }

    /** Writes all tables of a model into a file. */
    @FunctionalInterface
    private interface TablesWriter {
        void write(List<TensorSource> tables) throws IOException;
    }

    private void writeTables(
            Function<Gpt2Table, String> names, TablesWriter writer, boolean widenBrainFloats)
            throws IOException {
        try (Checkpoint checkpoint = Checkpoint.open(model)) {
            List<TensorSource> tables = new ArrayList<>();
            checkpoint.require(Gpt2Table.WTE);
            for (Gpt2Table table : Gpt2Table.values()) {
                Optional<LocatedTensor> located = checkpoint.find(table);
                if (located.isPresent()) {
                    tables.add(source(names.apply(table), located.get(), widenBrainFloats));
                }
            }
            writer.write(tables);
            for (WeightFile file : checkpoint.files()) {
                file.requireUnchanged();
            }
        }
    }

    private static TensorSource source(String name, LocatedTensor table, boolean widenBrainFloats) {
        boolean widen = widenBrainFloats && table.entry().type() == ElementType.BF16;
        StoredType type = widen ? StoredType.FLOAT32 : StoredType.KEEP;
        return new TensorSource(
                name,
                type.of(table.entry().type()),
                table.entry().shape(),
                channel -> table.file().transferTo(table.entry(), type, channel));
    }

    /**
     * DJL's own parameter file, byte for byte as {@link Model#save} writes it. {@code save} is not
     * atomic: a killed process would leave a partial file.
     */
    private record ParametersFile(ModelFolder folder) {

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
}
