package io.forestage.weights.checkpoint;

import io.forestage.support.Quoted;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.WeightFile;
import io.forestage.weights.WeightFileException;
import io.forestage.weights.WeightFormat;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where the tensors of GPT-2's transformer blocks lie in a model's files, by transformers' names
 * without a prefix, such as {@code h.0.attn.c_attn.weight}. Found under their names in transformers
 * with any prefix, in OpenAI's TensorFlow checkpoints, GGUF and llm.c.
 */
public final class DecoderTensors {

    /** The name of a head that is not the token table. */
    public static final String HEAD = PartNames.HEAD;

    /** The parts of a block, each with a weight and a bias, in the order of their use. */
    public static final List<String> PARTS =
            List.of("ln_1", "attn.c_attn", "attn.c_proj", "ln_2", "mlp.c_fc", "mlp.c_proj");

    /** The name within a block of the weights of FMM attention, (2, H), which GPT-2 lacks. */
    public static final String ATTENTION_WEIGHTS = "attn.weights";

    private static final Pattern LAYER = Pattern.compile("h\\.(\\d+)\\..*");

    private final Path place;
    private final Checkpoint files;
    private final Map<String, Located> byName = new LinkedHashMap<>();

    /**
     * A tensor, or the part of a tensor that belongs to one block.
     *
     * @param tensor the tensor
     * @param block the index in the tensor's first dimension, or −1 for the whole tensor
     */
    public record Located(LocatedTensor tensor, int block) {

        /** Returns the shape of the whole tensor or the part, without OpenAI's first 1. */
        public List<Long> shape() {
            List<Long> shape = tensor.entry().shape();
            // OpenAI's linear layers are convolutions of width 1.
            boolean convolution = block < 0 && shape.size() == 3 && shape.get(0) == 1;
            return block >= 0 || convolution ? shape.subList(1, shape.size()) : shape;
        }
    }

    private DecoderTensors(Path place, Checkpoint files) {
        this.place = place;
        this.files = files;
    }

    /**
     * Returns the names of all tensors of the blocks and the last norm.
     *
     * @param layers the number of blocks
     */
    public static List<String> names(int layers) {
        List<String> names = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            for (String part : PARTS) {
                names.add("h.%d.%s.weight".formatted(layer, part));
                names.add("h.%d.%s.bias".formatted(layer, part));
            }
        }
        names.addAll(List.of("ln_f.weight", "ln_f.bias"));
        return names;
    }

    /**
     * Returns whether a tensor belongs to one of GPT-2's blocks by transformers' name of it.
     *
     * @param name the name, with or without a prefix
     */
    public static boolean isOfBlock(String name) {
        String plain = PartNames.ofHuggingFace(name);
        return plain != null && LAYER.matcher(plain).matches();
    }

    /**
     * Looks through open files.
     *
     * @param place the model, for messages
     * @param files the files
     * @throws WeightFileException if two tensors have the same name after their prefix
     */
    public static DecoderTensors in(Path place, Checkpoint files) throws WeightFileException {
        DecoderTensors tensors = new DecoderTensors(place, files);
        for (WeightFile file : files.files()) {
            for (TensorEntry entry : file.tensors()) {
                tensors.add(file, entry);
            }
        }
        return tensors;
    }

    private void add(WeightFile file, TensorEntry entry) throws WeightFileException {
        LocatedTensor tensor = new LocatedTensor(file, entry);
        String part = PartNames.stacked(entry.name());
        if (file.format() == WeightFormat.LLMC && part != null) {
            for (int block = 0; block < entry.shape().get(0); block++) {
                put("h.%d.%s".formatted(block, part), new Located(tensor, block));
            }
            return;
        }
        String name =
                switch (file.format()) {
                    case LLMC -> PartNames.ofLlmc(entry.name());
                    case GGUF -> PartNames.ofGguf(entry.name());
                    case TENSORFLOW -> PartNames.ofOpenAi(entry.name());
                    default -> PartNames.ofHuggingFace(entry.name());
                };
        if (name != null) {
            put(name, new Located(tensor, -1));
        }
    }

    private void put(String name, Located located) throws WeightFileException {
        Located other = byName.put(name, located);
        if (other != null) {
            throw new WeightFileException(
                    located.tensor().file().path(),
                    located.tensor().entry().name(),
                    "one tensor of that name after its prefix",
                    "a second one, %s in %s"
                            .formatted(
                                    Quoted.of(other.tensor().entry().name()),
                                    Quoted.of(other.tensor().file().path().toString())),
                    "keep one model in the folder");
        }
    }

    /** Returns the number of blocks: one more than the greatest index; 0 without any. */
    public int layers() {
        return byName.keySet().stream()
                .map(LAYER::matcher)
                .filter(Matcher::matches)
                .mapToInt(name -> Integer.parseInt(name.group(1)) + 1)
                .max()
                .orElse(0);
    }

    /**
     * Looks for a tensor.
     *
     * @param name transformers' name without a prefix
     */
    public Optional<Located> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /**
     * Returns a tensor that must exist.
     *
     * @param name transformers' name without a prefix
     * @throws WeightFileException if no file has it
     */
    public Located require(String name) throws WeightFileException {
        Located located = byName.get(name);
        if (located == null) {
            throw new WeightFileException(
                    place,
                    name,
                    "the tensor in the model's files",
                    byName.isEmpty()
                            ? "none of the transformer blocks' tensors"
                            : "%d other tensors of the decoder".formatted(byName.size()),
                    byName.isEmpty()
                            ? "name a whole GPT-2; 'import --whole' keeps the blocks"
                            : "check that every file of the model is there, whole");
        }
        return located;
    }

    /**
     * Returns whether a block's linear layers are (out, in), as in GGUF, llm.c and minGPT.
     *
     * @param layer the block's index
     * @param width D
     * @throws WeightFileException if the files lack the block
     */
    public boolean outFirst(int layer, int width) throws WeightFileException {
        List<Long> shape = require("h.%d.attn.c_attn.weight".formatted(layer)).shape();
        return shape.equals(List.of(3L * width, (long) width));
    }

    /** Returns the number of heads in the header of a GGUF or llm.c file; null if there is none. */
    public @Nullable Long heads() {
        String heads = header("num_heads");
        heads = heads == null ? header("gpt2.attention.head_count") : heads;
        return heads != null && heads.matches("[0-9]{1,9}") ? Long.valueOf(heads) : null;
    }

    /** Returns what norms add to the variance by the header of a GGUF file, or null. */
    public @Nullable Double epsilon() {
        String epsilon = header("gpt2.attention.layer_norm_epsilon");
        try {
            return epsilon == null ? null : Double.valueOf(epsilon);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private @Nullable String header(String key) {
        for (WeightFile file : files.files()) {
            String value = file.metadata().get(key);
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    /**
     * Lists the other tensors of the files.
     *
     * @param used the tensors to leave out
     */
    public List<TensorEntry> allBut(Set<TensorEntry> used) {
        List<TensorEntry> others = new ArrayList<>();
        for (WeightFile file : files.files()) {
            file.tensors().stream().filter(entry -> !used.contains(entry)).forEach(others::add);
        }
        return others;
    }
}
