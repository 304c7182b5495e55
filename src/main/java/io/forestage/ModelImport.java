package io.forestage;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import io.forestage.weights.AtomicFile;
import io.forestage.weights.Gpt2Table;
import io.forestage.weights.SafetensorsWriter;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.TensorSource;
import io.forestage.weights.WeightFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Takes GPT-2's tables out of a safetensors file or a model folder and writes a slim model folder:
 * config.json, model.safetensors with wte.weight and wpe.weight, and the source's tokenizer files.
 *
 * <p>The folder appears whole or not at all. The tables' bytes are copied as they are. A lone file
 * takes the config.json beside it and the tokenizer's files with it, if that config.json fits the
 * tables; where there is none, one is written from the tables' shapes.
 */
public final class ModelImport {

    private static final List<String> TOKENIZER_FILES =
            List.of("tokenizer.json", "vocab.json", "merges.txt");

    /** What a model folder is made of, and what a new one therefore replaces. */
    static final Set<String> MODEL_FILES =
            Stream.concat(
                            Stream.of(ModelConfig.FILE_NAME, WeightFiles.PREFERRED),
                            TOKENIZER_FILES.stream())
                    .collect(Collectors.toUnmodifiableSet());

    private final Path source;
    private final Path target;

    /**
     * Prepares an import; nothing is read or written yet.
     *
     * @param source a safetensors file, or a folder with such files
     * @param target the model folder to write
     */
    public ModelImport(Path source, Path target) {
        this.source = source;
        this.target = target;
    }

    /**
     * Imports.
     *
     * @param force true to replace a model folder that is there already; files in it that are no
     *     part of a model are kept
     * @return what was taken and left
     * @throws IOException if the source is not in order, the target is there already, or cannot be
     *     written
     */
    public ImportReport run(boolean force) throws IOException {
        if (!Files.exists(source)) {
            throw new ModelFolderException(
                    source, "expected a safetensors file or a model folder, found nothing there");
        }
        if (Files.exists(target) && Files.isSameFile(sourceFolder(), target)) {
            throw new ModelFolderException(
                    target,
                    "expected another folder than the source's, whose other tensors would be lost;"
                            + " choose another place");
        }
        try (WeightFiles files = WeightFiles.open(source)) {
            if (files.isEmpty()) {
                throw new ModelFolderException(
                        source, "expected a *.safetensors file in the folder, found none");
            }
            ModelConfig config = configOfFolder();
            Gpt2Tables tables = tables(files, config);
            if (config != null) {
                tables.requireShapes(config);
            } else if (!Files.isDirectory(source)) {
                config = configBeside(tables);
            }
            try (FolderSwap swap = FolderSwap.prepare(target, force)) {
                List<String> written = write(tables, config, swap.folder());
                swap.commit();
                return report(files, tables, written);
            }
        }
    }

    private Path sourceFolder() {
        Path parent = source.toAbsolutePath().getParent();
        return Files.isDirectory(source) || parent == null ? source : parent;
    }

    private @Nullable ModelConfig configOfFolder() throws ModelFolderException {
        return Files.exists(source.resolve(ModelConfig.FILE_NAME), LinkOption.NOFOLLOW_LINKS)
                ? ModelConfig.read(source)
                : null;
    }

    /** The configuration beside a lone file, unless it is that of another model. */
    private @Nullable ModelConfig configBeside(Gpt2Tables tables) {
        try {
            ModelConfig config = ModelConfig.read(sourceFolder());
            tables.requireShapes(config);
            return config;
        } catch (IOException e) {
            return null;
        }
    }

    private static Gpt2Tables tables(WeightFiles files, @Nullable ModelConfig config)
            throws IOException {
        boolean mayLackPositions = config != null && config.positionKind() != PositionKind.LEARNED;
        return mayLackPositions && files.find(Gpt2Table.WPE).isEmpty()
                ? Gpt2Tables.tokensOnly(files)
                : Gpt2Tables.withPositions(files);
    }

    private List<String> write(Gpt2Tables tables, @Nullable ModelConfig config, Path folder)
            throws IOException {
        writeTables(tables, folder.resolve(WeightFiles.PREFERRED));
        List<String> written =
                new ArrayList<>(List.of(ModelConfig.FILE_NAME, WeightFiles.PREFERRED));
        if (config == null) {
            writeConfig(tables, folder.resolve(ModelConfig.FILE_NAME));
        } else {
            copy(ModelConfig.FILE_NAME, folder);
        }
        for (String name : TOKENIZER_FILES) {
            boolean belongs = config != null || Files.isDirectory(source);
            if (belongs && Files.isRegularFile(sourceFolder().resolve(name))) {
                copy(name, folder);
                written.add(name);
            }
        }
        return written;
    }

    private static void writeTables(Gpt2Tables tables, Path file) throws IOException {
        List<TensorSource> sources = new ArrayList<>();
        sources.add(source(Gpt2Table.WTE, tables.wte()));
        WeightFiles.Located wpe = tables.wpe();
        if (wpe != null) {
            sources.add(source(Gpt2Table.WPE, wpe));
        }
        SafetensorsWriter.write(file, Map.of(), sources);
        for (WeightFiles.Located table : tables.all()) {
            table.file().requireUnchanged();
        }
    }

    private static TensorSource source(Gpt2Table table, WeightFiles.Located located) {
        WeightFile file = located.file();
        TensorEntry entry = located.entry();
        return new TensorSource(
                table.tensorName(),
                entry.type(),
                entry.shape(),
                channel -> file.transferTo(entry, channel));
    }

    private static void writeConfig(Gpt2Tables tables, Path file) throws IOException {
        JsonObject config = new JsonObject();
        config.addProperty("model_type", "gpt2");
        config.addProperty("vocab_size", tables.wte().entry().shape().get(0));
        config.addProperty("n_embd", tables.wte().entry().shape().get(1));
        WeightFiles.Located wpe = tables.wpe();
        if (wpe != null) {
            config.addProperty("n_positions", wpe.entry().shape().get(0));
        }
        String text = new GsonBuilder().setPrettyPrinting().create().toJson(config) + "\n";
        writeFile(file, text.getBytes(StandardCharsets.UTF_8));
    }

    private void copy(String name, Path folder) throws IOException {
        writeFile(folder.resolve(name), Files.readAllBytes(sourceFolder().resolve(name)));
    }

    private static void writeFile(Path file, byte[] bytes) throws IOException {
        AtomicFile.write(file, channel -> channel.write(ByteBuffer.wrap(bytes)));
    }

    private ImportReport report(WeightFiles files, Gpt2Tables tables, List<String> written) {
        List<String> missing =
                tables.wpe() == null ? List.of(Gpt2Table.WPE.tensorName()) : List.of();
        return new ImportReport(
                target,
                tables.all().stream().map(WeightFiles.Located::entry).toList(),
                missing,
                tables.unusedIn(files),
                written);
    }
}
