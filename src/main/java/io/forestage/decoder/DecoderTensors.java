package io.forestage.decoder;

import io.forestage.support.Quoted;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.WeightFile;
import io.forestage.weights.WeightFileException;
import io.forestage.weights.WeightFormat;
import io.forestage.weights.checkpoint.Checkpoint;
import io.forestage.weights.checkpoint.LocatedTensor;
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

/** Where the decoder's tensors lie in a model's files, by transformers' names without a prefix. */
final class DecoderTensors {

    private static final Pattern LAYER = Pattern.compile("h\\.(\\d+)\\..*");

    private final Path place;
    private final Checkpoint files;
    private final Map<String, Located> byName = new LinkedHashMap<>();

    /**
     * A tensor, or the part of a tensor that belongs to one block.
     *
     * @param block the index in the tensor's first dimension, or −1 for the whole tensor
     */
    record Located(LocatedTensor tensor, int block) {

        List<Long> shape() {
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
     * Looks through open files.
     *
     * @param place the model, for messages
     * @throws WeightFileException if two tensors have the same name after their prefix
     */
    static DecoderTensors in(Path place, Checkpoint files) throws WeightFileException {
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

    /** Returns the number of blocks: one more than the greatest index. */
    int layers() {
        return byName.keySet().stream()
                .map(LAYER::matcher)
                .filter(Matcher::matches)
                .mapToInt(name -> Integer.parseInt(name.group(1)) + 1)
                .max()
                .orElse(0);
    }

    Optional<Located> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** Returns a tensor that must exist. */
    Located require(String name) throws WeightFileException {
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

    /** Returns whether linear layers are (out, in), as in GGUF, llm.c and minGPT. */
    boolean outFirst(int layer, int width) throws WeightFileException {
        List<Long> shape = require("h.%d.attn.c_attn.weight".formatted(layer)).shape();
        return shape.equals(List.of(3L * width, (long) width));
    }

    /** Returns a value of a file's header, or null. */
    @Nullable String header(String key) {
        for (WeightFile file : files.files()) {
            String value = file.metadata().get(key);
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    /** Lists the other tensors of the files. */
    List<TensorEntry> allBut(Set<TensorEntry> used) {
        List<TensorEntry> others = new ArrayList<>();
        for (WeightFile file : files.files()) {
            file.tensors().stream().filter(entry -> !used.contains(entry)).forEach(others::add);
        }
        return others;
    }
}
