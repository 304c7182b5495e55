package io.forestage.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import io.forestage.model.LoadOptions;
import io.forestage.model.ModelFolder;
import io.forestage.nn.Gpt2InputEmbedding;
import io.forestage.nn.TiedProjection;
import io.forestage.torch.HostMemory;
import io.forestage.weights.ElementType;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.WeightFile;
import io.forestage.weights.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.List;

/**
 * A model of {@code scripts/fixtures/make-decoder-fixtures} and what PyTorch computed with it: on
 * another machine, or for {@code scripts/check-parity} on this one.
 */
final class DecoderCase implements AutoCloseable {

    static final Path FOLDER =
            Path.of(System.getProperty("forestage.parity", "src/test/resources"), "decoder");

    /** The models that transformers wrote. */
    static final List<String> RANDOM = List.of("gpt2-like", "other-options", "unscaled");

    private final NDManager manager;
    private final Path folder;
    private final WeightFile expected;
    private final ModelFolder model;
    private final Gpt2InputEmbedding stage;
    private final LoadedDecoder loaded;

    DecoderCase(String name, LoadOptions options) throws IOException {
        folder = FOLDER.resolve(name);
        expected = SafetensorsFile.open(folder.resolve("case.st"));
        manager = NDManager.newBaseManager("PyTorch");
        model = ModelFolder.open(folder);
        stage = model.loadBlock(manager, options).block();
        loaded = LoadedDecoder.load(model, manager, options);
    }

    NDManager manager() {
        return manager;
    }

    Path folder() {
        return folder;
    }

    Gpt2InputEmbedding stage() {
        return stage;
    }

    LoadedDecoder loaded() {
        return loaded;
    }

    Block head() {
        Block own = loaded.head();
        return own == null ? new TiedProjection(stage.getTokenEmbedding()) : own;
    }

    Gpt2Network network() {
        Gpt2Network network = new Gpt2Network(stage, loaded.decoder(), head());
        network.initialize(manager, DataType.FLOAT32, new Shape(1, 1));
        return network;
    }

    /** Returns an array that PyTorch computed. */
    NDArray expected(String name) throws IOException {
        TensorEntry entry = expected.require(name);
        Shape shape = new Shape(entry.shape().stream().mapToLong(Long::longValue).toArray());
        boolean ids = entry.type() == ElementType.I64;
        NDArray array = manager.create(shape, ids ? DataType.INT64 : DataType.FLOAT32);
        ByteBuffer values = HostMemory.of(array).order(ByteOrder.LITTLE_ENDIAN);
        expected.transferTo(
                entry,
                new WritableByteChannel() {
                    @Override
                    public int write(ByteBuffer bytes) {
                        int count = bytes.remaining();
                        values.put(bytes);
                        return count;
                    }

                    @Override
                    public boolean isOpen() {
                        return true;
                    }

                    @Override
                    public void close() {}
                });
        return array;
    }

    /** Returns the largest difference, in units of the largest expected value. */
    static double difference(NDArray found, NDArray expected) {
        double most = expected.abs().max().toType(DataType.FLOAT64, false).getDouble();
        double apart = found.sub(expected).abs().max().toType(DataType.FLOAT64, false).getDouble();
        return most == 0 ? apart : apart / most;
    }

    @Override
    public void close() {
        expected.close();
        manager.close();
    }
}
