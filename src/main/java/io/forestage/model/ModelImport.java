package io.forestage.model;

import io.forestage.tokens.TextTokenizer;
import io.forestage.weights.Gpt2Table;
import io.forestage.weights.StoredType;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.TensorSource;
import io.forestage.weights.checkpoint.Checkpoint;
import io.forestage.weights.checkpoint.LocatedTensor;
import io.forestage.weights.checkpoint.WholeTensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Extracts GPT-2's tables from a model in any format and writes a slim model folder in Hugging
 * Face's layout: config.json, model.safetensors with wte.weight and wpe.weight, the source's
 * tokenizer files, and provenance.json with the tables' checksums.
 *
 * <p>The folder is written atomically. The tables' bytes are copied unchanged unless another type
 * is requested. For a single weight file, the tokenizer files beside it are used, and config.json
 * if it fits the tables; otherwise config.json is made from the tables' shapes.
 */
public final class ModelImport {

    private final Path source;
    private final Path target;

    /**
     * Prepares an import; nothing is read or written yet.
     *
     * @param source a weight file of any format that {@link Checkpoint} opens, or a folder with
     *     such files
     * @param target the model folder to write; files in it that are no part of a model are kept
     */
    public ModelImport(Path source, Path target) {
        this.source = source;
        this.target = target;
    }

    /**
     * Checks a target before anything is downloaded for it.
     *
     * @param target the model folder to write
     * @param options how
     * @throws IOException if an import would refuse the target
     */
    public static void requireTarget(Path target, ImportOptions options) throws IOException {
        AtomicFolder.requireReplaceable(target, options.force());
    }

    /**
     * Returns the path of a work folder beside a model folder.
     *
     * @param target the model folder
     * @param purpose a word in its name
     * @return the folder, which may not exist
     */
    public static Path workFolder(Path target, String purpose) {
        Path place = target.toAbsolutePath().normalize();
        return place.resolveSibling(".%s-%s".formatted(place.getFileName(), purpose));
    }

    /**
     * Imports.
     *
     * @param options how
     * @return the result
     * @throws IOException if the source is invalid, or the target exists or cannot be written
     */
    public ImportReport run(ImportOptions options) throws IOException {
        ModelFolder.requireThere(source);
        if (Files.exists(target) && Files.isSameFile(ModelFolder.folderOf(source), target)) {
            throw new ModelFolderException(
                    target,
                    "expected another folder than the source's, whose other tensors would be lost;"
                            + " choose another folder");
        }
        try (Checkpoint weights =
                options.whole()
                        ? Checkpoint.openWhole(source, options.tableNames())
                        : Checkpoint.open(source, options.tableNames())) {
            if (weights.isEmpty()) {
                throw ModelFolder.noWeights(source);
            }
            return run(options, weights);
        }
    }

    private ImportReport run(ImportOptions options, Checkpoint weights) throws IOException {
        ModelFolder model = ModelFolder.open(source, weights);
        ModelConfig config = model.config();
        Gpt2Tables tables = Gpt2Tables.thatAreThere(weights, config);
        long all = tables.shapes().vocabSize();
        long rows = rows(options, model.tokenizer(), tables);
        tables.requireShapes(options.cutPadding() ? config.withVocabSize(all) : config);
        WholeTensors whole =
                options.whole()
                        ? WholeTensors.of(source, weights, config.nEmbd(), tied(model))
                        : null;
        List<TensorSource> sources = kept(tables, rows, options.storedType());
        List<LocatedTensor> blocks = whole == null ? List.of() : whole.located();
        if (whole != null) {
            if (whole.hasHead() && rows < all) {
                throw new ModelFolderException(
                        source,
                        "expected a head that is the token table to cut its padding, found a head"
                                + " of its own; leave out --cut-padding");
            }
            sources.addAll(whole.sources(options.storedType()));
        }
        ModelWriter.Written written =
                new ModelWriter(
                                new ConfigFile.Imported(
                                        config,
                                        model.configFile(),
                                        tables,
                                        rows,
                                        options.storedType(),
                                        whole),
                                sources,
                                model.tokenizer(),
                                sourceName(options),
                                trainedTokens(all, rows),
                                Map.of())
                        .writeFiles(target, options.force(), null);
        List<LocatedTensor> used = new ArrayList<>(tables.all());
        used.addAll(blocks);
        return new ImportReport(
                target,
                tables.all().stream().map(LocatedTensor::entry).toList(),
                blocks.stream().map(LocatedTensor::entry).toList(),
                tables.wpe() == null ? List.of(Gpt2Table.WPE.tensorName()) : List.of(),
                weights.allBut(used),
                weights.unopened(),
                all - rows,
                written.checksums(),
                written.files(),
                notes(model, rows));
    }

    /** Whether the head is the token table; null if no configuration says so. */
    private static @Nullable Boolean tied(ModelFolder model) throws ModelFolderException {
        ConfigJson values = model.configValues().orElse(null);
        return values == null ? null : values.truth("tie_word_embeddings", true);
    }

    /** What the imported model will refuse, said before it is used. */
    private static List<String> notes(ModelFolder model, long rows) {
        try (TextTokenizer tokenizer = model.tokenizerFor(rows)) {
            int tokens = tokenizer.vocabularySize();
            return tokens <= rows
                    ? List.of()
                    : List.of(
                            "%d of the tokenizer's %d tokens have no row in wte; a text with one of them will be refused"
                                    .formatted(tokens - rows, tokens));
        } catch (IOException refused) {
            return List.of("texts will be refused: " + refused.getMessage());
        }
    }

    /** The number of rows of wte to keep: all, or the size of the vocabulary. */
    private static long rows(ImportOptions options, TokenizerFiles files, Gpt2Tables tables)
            throws IOException {
        long rows = tables.shapes().vocabSize();
        if (!options.cutPadding() && !files.exist()) {
            return rows;
        }
        // Loaded to refuse an invalid tokenizer now and not at the first use of the model.
        try (TextTokenizer tokenizer = files.load()) {
            if (!options.cutPadding()) {
                return rows;
            }
            long tokens = tokenizer.vocabularySize();
            if (rows < tokens) {
                throw new ModelFolderException(
                        tables.wte().file().path(),
                        "expected a table of at least the vocabulary's %d rows to cut, found %d"
                                .formatted(tokens, rows));
            }
            return tokens;
        }
    }

    private static List<TensorSource> kept(Gpt2Tables tables, long rows, StoredType storedType) {
        List<TensorSource> kept = new ArrayList<>();
        kept.add(kept(Gpt2Table.WTE, tables.wte(), rows, storedType));
        LocatedTensor wpe = tables.wpe();
        if (wpe != null) {
            kept.add(kept(Gpt2Table.WPE, wpe, wpe.tableShape().get(0), storedType));
        }
        return kept;
    }

    private static TensorSource kept(
            Gpt2Table table, LocatedTensor located, long rows, StoredType storedType) {
        TensorEntry entry = located.entry();
        TensorEntry kept =
                new TensorEntry(
                        table.tensorName(),
                        storedType.of(entry.type()),
                        List.of(rows, located.tableShape().get(1)));
        return new TensorSource(
                kept.name(),
                kept.type(),
                kept.shape(),
                channel -> {
                    located.file()
                            .transferTo(
                                    entry, storedType, new FirstBytes(channel, kept.byteSize()));
                    located.file().requireUnchanged();
                });
    }

    /** The trained tokens whose rows are kept; null if they are not recorded. */
    private @Nullable BitSet trainedTokens(long all, long rows) throws IOException {
        if (!Files.isDirectory(source)) {
            return null;
        }
        BitSet trained = TrainedTokens.find(source, all).orElse(null);
        if (trained != null && trained.length() > rows) {
            trained.clear((int) rows, trained.length());
        }
        return trained;
    }

    private String sourceName(ImportOptions options) {
        String name = options.sourceName();
        return name == null ? String.valueOf(source.toAbsolutePath().getFileName()) : name;
    }

    /** Writes a number of bytes and drops the rest. */
    private static final class FirstBytes implements WritableByteChannel {

        private final WritableByteChannel target;
        private long left;

        FirstBytes(WritableByteChannel target, long count) {
            this.target = target;
            this.left = count;
        }

        @Override
        public int write(ByteBuffer bytes) throws IOException {
            int count = bytes.remaining();
            int end = bytes.limit();
            bytes.limit(bytes.position() + (int) Math.min(left, count));
            left -= bytes.remaining();
            while (bytes.hasRemaining()) {
                target.write(bytes);
            }
            bytes.limit(end).position(end);
            return count;
        }

        @Override
        public boolean isOpen() {
            return target.isOpen();
        }

        @Override
        public void close() {}
    }
}
