package io.forestage.weights.checkpoint;

import com.google.gson.JsonObject;
import io.forestage.weights.ElementType;
import io.forestage.weights.StoredType;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.TensorSource;
import io.forestage.weights.WeightFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The transformer blocks of a model that is imported whole, as transformers names and lays them.
 */
public final class WholeTensors {

    private final DecoderTensors tensors;
    private final int width;
    private final List<String> names = new ArrayList<>();

    private WholeTensors(DecoderTensors tensors, int width) {
        this.tensors = tensors;
        this.width = width;
    }

    /**
     * Looks for the blocks, the last norm, the weights of FMM attention if there are any, and the
     * head if it is not the token table.
     *
     * @param source the model, for messages
     * @param weights its open files
     * @param width D
     * @param tied whether the head is the token table; null if it is where there is no other
     * @return the tensors
     * @throws WeightFileException if one of them is missing
     */
    public static WholeTensors of(
            Path source, Checkpoint weights, long width, @Nullable Boolean tied)
            throws WeightFileException {
        DecoderTensors tensors = DecoderTensors.in(source, weights);
        WholeTensors whole = new WholeTensors(tensors, Math.toIntExact(width));
        whole.names.addAll(DecoderTensors.names(Math.max(1, tensors.layers())));
        whole.names.addAll(attentionWeights(tensors));
        if (tied == null ? tensors.find(DecoderTensors.HEAD).isPresent() : !tied) {
            whole.names.add(DecoderTensors.HEAD);
        }
        for (String name : whole.names) {
            tensors.require(name);
        }
        return whole;
    }

    /** Every block has them, or none. */
    private static List<String> attentionWeights(DecoderTensors tensors) {
        List<String> names =
                IntStream.range(0, tensors.layers())
                        .mapToObj(
                                layer ->
                                        "h.%d.%s"
                                                .formatted(layer, DecoderTensors.ATTENTION_WEIGHTS))
                        .toList();
        return names.stream().anyMatch(name -> tensors.find(name).isPresent()) ? names : List.of();
    }

    /** Returns whether there is a head that is not the token table. */
    public boolean hasHead() {
        return names.contains(DecoderTensors.HEAD);
    }

    /**
     * Sets what a configuration made of tables does not say about the blocks.
     *
     * @param json the configuration
     * @throws WeightFileException if there are no blocks
     */
    public void describe(JsonObject json) throws WeightFileException {
        json.addProperty("n_layer", tensors.layers());
        json.addProperty("n_inner", tensors.require("h.0.mlp.c_fc.bias").shape().get(0));
        json.addProperty("tie_word_embeddings", !hasHead());
        Long heads = tensors.heads();
        if (heads != null) {
            json.addProperty("n_head", heads);
        }
        Double epsilon = tensors.epsilon();
        if (epsilon != null) {
            json.addProperty("layer_norm_epsilon", epsilon);
        }
    }

    /**
     * Returns where the tensors lie.
     *
     * @return each once
     * @throws WeightFileException if one of them is missing
     */
    public List<LocatedTensor> located() throws WeightFileException {
        List<LocatedTensor> located = new ArrayList<>();
        for (String name : names) {
            located.add(tensors.require(name).tensor());
        }
        return located.stream().distinct().toList();
    }

    /**
     * Returns the tensors to write.
     *
     * @param type the type to write
     * @return the tensors under transformers' names
     * @throws WeightFileException if one of them is missing, or cannot be written in that type
     */
    public List<TensorSource> sources(StoredType type) throws WeightFileException {
        List<TensorSource> sources = new ArrayList<>();
        for (String name : names) {
            sources.add(source(name, tensors.require(name), type));
        }
        return sources;
    }

    private TensorSource source(String name, DecoderTensors.Located located, StoredType type)
            throws WeightFileException {
        LocatedTensor tensor = located.tensor();
        TensorEntry entry = tensor.entry();
        boolean linear = name.startsWith("h.") && !name.endsWith(DecoderTensors.ATTENTION_WEIGHTS);
        boolean turned = linear && located.shape().size() == 2 && outFirst(name);
        if (!turned && located.block() < 0) {
            return new TensorSource(
                    name,
                    type.of(entry.type()),
                    located.shape(),
                    channel -> {
                        tensor.file().transferTo(entry, type, channel);
                        tensor.file().requireUnchanged();
                    });
        }
        if (type == StoredType.FLOAT16) {
            throw new WeightFileException(
                    tensor.file().path(),
                    entry.name(),
                    "linear layers as transformers lays them, to write them as float16",
                    "another layout",
                    "leave out --dtype float16");
        }
        List<Long> shape = located.shape();
        return new TensorSource(
                name,
                ElementType.F32,
                turned ? List.of(shape.get(1), shape.get(0)) : shape,
                channel -> write(located, turned, channel));
    }

    private boolean outFirst(String name) throws WeightFileException {
        int layer = Integer.parseInt(name.substring(2, name.indexOf('.', 2)));
        return tensors.outFirst(layer, width);
    }

    /** Writes the part of one block, its rows as columns if they are turned. */
    private static void write(
            DecoderTensors.Located located, boolean turned, WritableByteChannel channel)
            throws IOException {
        LocatedTensor tensor = located.tensor();
        long bytes = tensor.entry().elementCount() * Float.BYTES;
        if (bytes > Integer.MAX_VALUE) {
            throw new WeightFileException(
                    tensor.file().path(),
                    tensor.entry().name(),
                    "at most 2 GiB of float32 to lay out anew",
                    tensor.entry().shape().toString(),
                    "convert the model to transformers' layout in Python");
        }
        ByteBuffer all = ByteBuffer.allocate((int) bytes).order(ByteOrder.nativeOrder());
        tensor.file().readFloats(tensor.entry(), all);
        tensor.file().requireUnchanged();
        List<Long> shape = located.shape();
        int rows = turned ? Math.toIntExact(shape.get(1)) : 1;
        int count = Math.toIntExact(shape.stream().reduce(1L, (a, b) -> a * b));
        int begin = Math.max(0, located.block()) * count;
        int columns = count / rows;
        ByteBuffer row = ByteBuffer.allocate(columns * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < rows; i++) {
            row.clear();
            for (int j = 0; j < columns; j++) {
                row.putFloat(all.getFloat((begin + j * rows + i) * Float.BYTES));
            }
            row.flip();
            while (row.hasRemaining()) {
                channel.write(row);
            }
        }
    }
}
