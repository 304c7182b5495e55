package io.forestage.model;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.initializer.Initializer;
import ai.djl.training.initializer.NormalInitializer;
import io.forestage.nn.Gpt2InputEmbedding;
import io.forestage.nn.LearnedPositionalEmbedding;
import io.forestage.nn.PositionalEmbedding;
import io.forestage.nn.SinusoidalPositionalEmbedding;
import io.forestage.nn.TokenEmbedding;
import io.forestage.weights.Gpt2Table;
import io.forestage.weights.MappedFile;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.WeightFile;
import io.forestage.weights.checkpoint.Checkpoint;
import io.forestage.weights.checkpoint.LocatedTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Builds the stage's block from a configuration and tables that are read or drawn. */
final class BlockLoader {

    private final ModelConfig config;
    private final NDManager manager;
    private final LoadOptions options;
    private final PositionKind kind;
    private final Map<Path, MappedFile> mapped = new LinkedHashMap<>();

    BlockLoader(ModelConfig config, NDManager manager, LoadOptions options) {
        this.config = config;
        this.manager = manager;
        this.options = options;
        kind = options.positionKind() == null ? config.positionKind() : options.positionKind();
    }

    /** A block over the tables of weight files. */
    ModelFolder.LoadedBlock fromFiles(Checkpoint files) throws IOException {
        Gpt2Tables tables =
                kind == PositionKind.LEARNED
                        ? Gpt2Tables.withPositions(files)
                        : Gpt2Tables.tokensOnly(files);
        tables.requireShapes(config);
        List<LoadReport.Loaded> loaded = new ArrayList<>();
        NDList arrays = new NDList();
        try {
            TableLoader loader = new TableLoader(manager, options.copy());
            LocatedTensor wpe = tables.wpe();
            TableLoader.Together together = wpe == null ? null : loader.together(tables.wte(), wpe);
            if (together != null) {
                arrays.add(together.both());
            }
            TableLoader.Table tokens =
                    together == null ? load(loader, tables.wte()) : together.tokens();
            arrays.add(note(tokens, tables.wte(), Gpt2Table.WTE, loaded));
            LearnedPositionalEmbedding positions = null;
            if (wpe != null) {
                TableLoader.Table table =
                        together == null ? load(loader, wpe) : together.positions();
                arrays.add(note(table, wpe, Gpt2Table.WPE, loaded));
                positions =
                        LearnedPositionalEmbedding.fromPretrained(table.array(), options.freeze());
            }
            Gpt2InputEmbedding.Builder builder =
                    builder(
                            TokenEmbedding.fromPretrained(tokens.array(), options.freeze()),
                            positional(positions));
            if (together != null) {
                builder.optJoinedTables(together.both(), together.firstToken());
            }
            Gpt2InputEmbedding block = builder.build();
            block.initialize(manager, DataType.FLOAT32, new Shape(1, 1));
            return new ModelFolder.LoadedBlock(
                    block,
                    new LoadReport(loaded, List.of(), tables.unusedIn(files), OptionalInt.empty()),
                    new MappedFiles(mapped.values()));
        } catch (IOException | RuntimeException e) {
            arrays.close();
            throw e;
        }
    }

    /** A block over tables drawn from N(0, initializer_range), wte first, as Hugging Face does. */
    ModelFolder.LoadedBlock random(Path folder, int seed) throws ModelFolderException {
        Initializer initializer =
                RandomTables.onHost(new NormalInitializer((float) config.initializerRange()));
        TokenEmbedding tokens =
                TokenEmbedding.builder()
                        .setNumEmbeddings(config.vocabSize())
                        .setEmbeddingDim(config.nEmbd())
                        .optInitializer(initializer)
                        .optName(Gpt2Table.WTE.tensorName())
                        .build();
        LearnedPositionalEmbedding positions =
                LearnedPositionalEmbedding.builder()
                        .setNumPositions(config.nPositions())
                        .setEmbeddingDim(config.nEmbd())
                        .optInitializer(initializer)
                        .optName(Gpt2Table.WPE.tensorName())
                        .build();
        List<String> missing =
                kind == PositionKind.LEARNED
                        ? List.of(Gpt2Table.WTE.tensorName(), Gpt2Table.WPE.tensorName())
                        : List.of(Gpt2Table.WTE.tensorName());
        Gpt2InputEmbedding block = builder(tokens, positional(positions)).build();
        block.freezeParameters(options.freeze());
        try {
            RandomTables.initialize(manager, block, seed);
        } catch (EngineException e) {
            throw new ModelFolderException(
                    folder.resolve(ModelConfig.FILE_NAME),
                    "expected tables that fit into memory, found vocab_size %d and n_positions %d times n_embd %d"
                            .formatted(config.vocabSize(), config.nPositions(), config.nEmbd()),
                    e);
        }
        return new ModelFolder.LoadedBlock(
                block,
                new LoadReport(List.of(), missing, List.of(), OptionalInt.of(seed)),
                MappedFiles.none());
    }

    private static TableLoader.Table load(TableLoader loader, LocatedTensor table)
            throws IOException {
        return loader.load(table.file(), table.entry(), table.tableShape());
    }

    /** Names a loaded table and notes where it comes from. */
    private NDArray note(
            TableLoader.Table values,
            LocatedTensor located,
            Gpt2Table table,
            List<LoadReport.Loaded> loaded) {
        WeightFile file = located.file();
        TensorEntry entry = located.entry();
        values.array().setName(table.tensorName());
        MappedFile source = values.mapped();
        if (source != null) {
            mapped.put(file.path(), source);
        }
        loaded.add(
                new LoadReport.Loaded(
                        entry.name(), file.path(), entry.type(), entry.shape(), source != null));
        return values.array();
    }

    private @Nullable PositionalEmbedding positional(@Nullable LearnedPositionalEmbedding learned) {
        return switch (kind) {
            case LEARNED -> learned;
            case SINUSOIDAL ->
                    SinusoidalPositionalEmbedding.builder().setEmbeddingDim(config.nEmbd()).build();
            case NONE -> null;
        };
    }

    private Gpt2InputEmbedding.Builder builder(
            TokenEmbedding tokens, @Nullable PositionalEmbedding positional) {
        Gpt2InputEmbedding.Builder builder =
                Gpt2InputEmbedding.builder()
                        .setTokenEmbedding(tokens)
                        .optDropout((float) config.embdPdrop());
        return positional == null ? builder : builder.optPositionalEmbedding(positional);
    }

    /**
     * Draws a block's tables with their own seed, on the CPU, since each kind of device draws other
     * numbers from a seed. libtorch has one generator for the process. It is reseeded afterwards
     * with a number drawn from it before, so that later numbers still depend on the program's own
     * seed. Threads that draw meanwhile are not isolated.
     */
    private static final class RandomTables {

        private RandomTables() {}

        static synchronized void initialize(NDManager manager, Block block, int seed) {
            Engine engine = manager.getEngine();
            int resume;
            try (NDManager host = engine.newBaseManager(Device.cpu());
                    NDArray drawn =
                            host.randomInteger(
                                    0, Integer.MAX_VALUE, new Shape(1), DataType.INT64)) {
                resume = Math.toIntExact(drawn.getLong(0));
            }
            engine.setRandomSeed(seed);
            try {
                block.initialize(manager, DataType.FLOAT32, new Shape(1, 1));
            } finally {
                engine.setRandomSeed(resume);
            }
        }

        /** Draws on the CPU and moves the values to the device of the caller. */
        static Initializer onHost(Initializer drawing) {
            return (manager, shape, type) -> {
                if (manager.getDevice().equals(Device.cpu())) {
                    return drawing.initialize(manager, shape, type);
                }
                try (NDManager host = manager.getEngine().newBaseManager(Device.cpu())) {
                    NDArray moved =
                            drawing.initialize(host, shape, type)
                                    .toDevice(manager.getDevice(), true);
                    moved.attach(manager);
                    return moved;
                }
            };
        }
    }
}
