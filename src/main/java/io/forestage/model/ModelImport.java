package io.forestage.model;

import io.forestage.tokens.TextTokenizer;
import io.forestage.weights.checkpoint.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Extracts GPT-2's tables from a model in any format and writes a slim model folder in Hugging
 * Face's layout: config.json, model.safetensors with wte.weight and wpe.weight, the source's
 * tokenizer files, and provenance.json with the tables' checksums.
 *
 * <p>The folder is written atomically. The tables' bytes are copied unchanged unless another type
 * is requested. For a single weight file, the config.json and tokenizer files beside it are used if
 * that config.json fits the tables; otherwise config.json is made from the tables' shapes.
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
        return place.resolveSibling("." + place.getFileName() + "-" + purpose);
    }

    /**
     * Imports.
     *
     * @param options how
     * @return the result
     * @throws IOException if the source is invalid, or the target exists or cannot be written
     */
    public ImportReport run(ImportOptions options) throws IOException {
        ModelSource model = ModelSource.of(source);
        if (Files.exists(target) && Files.isSameFile(model.folder(), target)) {
            throw new ModelFolderException(
                    target,
                    "expected another folder than the source's, whose other tensors would be lost;"
                            + " choose another folder");
        }
        try (Checkpoint weights = model.openWeights()) {
            if (weights.isEmpty()) {
                throw new ModelFolderException(
                        source,
                        "expected GPT-2's weights in the folder (safetensors, PyTorch, TensorFlow"
                                + " or NumPy), found none");
            }
            return run(options, model, weights);
        }
    }

    private ImportReport run(ImportOptions options, ModelSource model, Checkpoint weights)
            throws IOException {
        ModelSource.Configuration configuration = model.configuration(weights);
        Gpt2Tables tables = Gpt2Tables.thatAreThere(weights, configuration.config());
        long rows = rows(options, model, configuration, tables);
        ModelConfig config = configuration.config();
        tables.requireShapes(
                options.cutPadding() ? config.withVocabSize(tables.shapes().vocabSize()) : config);
        SlimFolder slim = new SlimFolder(model, configuration, tables, rows, options.storedType());
        try (AtomicFolder swap = AtomicFolder.prepare(target, options.force());
                TableChecksums running = new TableChecksums()) {
            SlimFolder.Written written =
                    swap.write(folder -> slim.write(folder, running, sourceName(options)));
            return slim.report(target, weights, written.without(swap.commit()));
        }
    }

    /** The number of rows of wte to keep: all, or the size of the vocabulary. */
    private static long rows(
            ImportOptions options,
            ModelSource model,
            ModelSource.Configuration configuration,
            Gpt2Tables tables)
            throws IOException {
        long rows = tables.shapes().vocabSize();
        if (!options.cutPadding() && !model.bringsTokenizer(configuration)) {
            return rows;
        }
        // Loaded to refuse an invalid tokenizer now and not at the first use of the model.
        try (TextTokenizer tokenizer = model.loadTokenizer(configuration)) {
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

    private String sourceName(ImportOptions options) {
        String name = options.sourceName();
        return name == null ? String.valueOf(source.toAbsolutePath().getFileName()) : name;
    }
}
