package io.forestage.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Linear;
import io.forestage.model.LoadOptions;
import io.forestage.model.LoadReport;
import io.forestage.model.MappedFiles;
import io.forestage.model.ModelFolder;
import io.forestage.model.TensorLoader;
import io.forestage.weights.Gpt2Table;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.WeightFileException;
import io.forestage.weights.checkpoint.Checkpoint;
import io.forestage.weights.checkpoint.DecoderTensors;
import io.forestage.weights.checkpoint.LocatedTensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The transformer blocks of a model folder, and its head if that is not the token table.
 *
 * @param decoder the blocks, initialised
 * @param head the head's own table, (B, T, D) → (B, T, V); null if the head is the token table
 * @param report what was loaded, and the tensors that were not: a missing one is an error
 * @param files the mapped files
 */
public record LoadedDecoder(
        Gpt2Decoder decoder, @Nullable Block head, LoadReport report, MappedFiles files) {

    /**
     * Loads the decoder of a GPT-2 in any form that the input stage reads. The keys of config.json
     * are followed, and refused where GPT-2's blocks cannot follow them.
     *
     * @param model the folder or weight file
     * @param manager the owner of the parameters, which lie on its device
     * @param options how to load; the positions and the seed are the stage's
     * @return the decoder
     * @throws IOException if a file is invalid, a tensor is missing or has another shape, or the
     *     model has other blocks than GPT-2's
     */
    public static LoadedDecoder load(ModelFolder model, NDManager manager, LoadOptions options)
            throws IOException {
        try (Checkpoint files = Checkpoint.openWhole(model.path(), options.tableNames())) {
            DecoderTensors tensors = DecoderTensors.in(model.path(), files);
            if (tensors.layers() == 0) {
                tensors.require("h.0.ln_1.weight"); // refused before keys that only blocks need
            }
            ConfigReader.Read read = ConfigReader.read(model, tensors);
            return new Loading(model, tensors, read, manager, options).load();
        }
    }

    /** One loading: which tensors are needed, and where their values go. */
    private static final class Loading {

        private final ModelFolder model;
        private final DecoderTensors tensors;
        private final DecoderConfig config;
        private final boolean tied;
        private final NDManager manager;
        private final LoadOptions options;
        private final Map<LocatedTensor, NDArray> values = new LinkedHashMap<>();

        Loading(
                ModelFolder model,
                DecoderTensors tensors,
                ConfigReader.Read read,
                NDManager manager,
                LoadOptions options) {
            this.model = model;
            this.tensors = tensors;
            config = read.config();
            this.manager = manager;
            this.options = options;
            Boolean told = read.tied();
            tied = told == null ? tensors.find(DecoderTensors.HEAD).isEmpty() : told;
        }

        LoadedDecoder load() throws WeightFileException {
            if (tensors.layers() > config.layers()) {
                throw new WeightFileException(
                        model.path(),
                        "h.%d".formatted(config.layers()),
                        "%d blocks by n_layer".formatted(config.layers()),
                        "%d in the files".formatted(tensors.layers()),
                        "set n_layer in config.json to the number of blocks");
            }
            Gpt2Decoder decoder = new Gpt2Decoder(config);
            Set<LocatedTensor> needed = needed(decoder);
            TensorLoader.Loaded loaded =
                    new TensorLoader(manager, options.copy()).load(List.copyOf(needed));
            int index = 0;
            for (LocatedTensor tensor : needed) {
                values.put(tensor, loaded.arrays().get(index++));
            }
            NDList whole = new NDList(loaded.arrays());
            try {
                fill(decoder);
                Block head = tied ? null : head();
                decoder.freezeParameters(options.freeze());
                Shape one = new Shape(1, 1, config.width());
                decoder.initialize(manager, DataType.FLOAT32, one);
                return new LoadedDecoder(decoder, head, report(needed), loaded.files());
            } finally {
                whole.close(); // the parameters are views
            }
        }

        private Set<LocatedTensor> needed(Gpt2Decoder decoder) throws WeightFileException {
            Set<LocatedTensor> needed = new LinkedHashSet<>();
            for (Gpt2Decoder.NamedPart part : decoder.parts()) {
                for (String kind : List.of(".weight", ".bias")) {
                    needed.add(tensors.require(part.name() + kind).tensor());
                }
            }
            for (int layer : decoder.attentionParameters().keySet()) {
                needed.add(tensors.require(attentionWeights(layer)).tensor());
            }
            if (!tied) {
                needed.add(tensors.require(DecoderTensors.HEAD).tensor());
            }
            return needed;
        }

        private void fill(Gpt2Decoder decoder) throws WeightFileException {
            List<Gpt2Decoder.NamedPart> parts = decoder.parts();
            for (int i = 0; i < parts.size(); i++) {
                Gpt2Decoder.NamedPart part = parts.get(i);
                int layer = Math.min(i / Gpt2Decoder.PARTS_OF_A_BLOCK, config.layers() - 1);
                boolean outFirst = tensors.outFirst(layer, config.width());
                part.part()
                        .set(
                                value(part.name() + ".weight", part.part().weightShape(), outFirst),
                                value(part.name() + ".bias", part.part().biasShape(), outFirst));
            }
            for (Map.Entry<Integer, Parameter> each : decoder.attentionParameters().entrySet()) {
                Shape shape = new Shape(2, config.heads());
                each.getValue().setArray(value(attentionWeights(each.getKey()), shape, false));
            }
        }

        private static String attentionWeights(int layer) {
            return "h.%d.%s".formatted(layer, DecoderTensors.ATTENTION_WEIGHTS);
        }

        private Block head() throws WeightFileException {
            long rows = model.config().vocabSize();
            Linear head = Linear.builder().setUnits(rows).optBias(false).build();
            NDArray table = value(DecoderTensors.HEAD, new Shape(rows, config.width()), false);
            head.getParameters().valueAt(0).setArray(table);
            head.freezeParameters(options.freeze());
            head.initialize(manager, DataType.FLOAT32, new Shape(1, 1, config.width()));
            return head;
        }

        /** A view of a tensor's values in the parameter's shape. */
        private NDArray value(String name, Shape expected, boolean outFirst)
                throws WeightFileException {
            DecoderTensors.Located located = tensors.require(name);
            boolean turned = outFirst && expected.dimension() == 2;
            List<Long> dimensions = new ArrayList<>();
            for (long size : expected.getShape()) {
                dimensions.add(turned ? 0 : dimensions.size(), size);
            }
            if (!located.shape().equals(dimensions)) {
                throw new WeightFileException(
                        located.tensor().file().path(),
                        located.tensor().entry().name(),
                        dimensions + " by the configuration",
                        located.shape().toString(),
                        "correct n_embd, n_inner, vocab_size or the file");
            }
            NDArray whole = values.get(located.tensor());
            if (whole == null) {
                throw new IllegalStateException(name);
            }
            Shape shape = new Shape(dimensions.stream().mapToLong(Long::longValue).toArray());
            try (NDManager scratch = manager.newSubManager()) {
                NDArray view =
                        located.block() < 0
                                ? whole.reshape(shape)
                                : whole.get(new NDIndex("{}", located.block()));
                view.attach(scratch);
                NDArray result = turned ? view.transpose() : view;
                result.attach(manager);
                return result;
            }
        }

        private LoadReport report(Set<LocatedTensor> needed) {
            List<LoadReport.Loaded> loaded = new ArrayList<>();
            Set<TensorEntry> used = new LinkedHashSet<>();
            for (LocatedTensor tensor : needed) {
                TensorEntry entry = tensor.entry();
                used.add(entry);
                loaded.add(
                        new LoadReport.Loaded(
                                entry.name(),
                                tensor.file().path(),
                                entry.type(),
                                entry.shape(),
                                !options.copy() && tensor.file().mapped(entry).isPresent()));
            }
            List<TensorEntry> unused =
                    tensors.allBut(used).stream().filter(entry -> !isTable(entry)).toList();
            return new LoadReport(loaded, List.of(), unused, OptionalInt.empty());
        }

        private static boolean isTable(TensorEntry entry) {
            return Gpt2Table.WTE.isNamed(entry.name()) || Gpt2Table.WPE.isNamed(entry.name());
        }
    }
}
