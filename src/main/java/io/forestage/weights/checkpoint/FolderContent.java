package io.forestage.weights.checkpoint;

import io.forestage.support.Quoted;
import io.forestage.weights.tensorflow.TensorFlowCheckpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What lies in a folder in which no weights were found, and what to do.
 *
 * @param found what lies there
 * @param remedy what to do
 */
public record FolderContent(String found, String remedy) {

    private static final int NAMES_SHOWN = 5;

    /** transformers 5 no longer reads the formats of other frameworks. */
    private static final String SAVE =
            "in Python with transformers 4, GPT2LMHeadModel.from_pretrained(FOLDER,"
                    + " %s).save_pretrained(NEW) writes model.safetensors";

    private static final String OTHER = "fetch the model.safetensors of the same model";

    /** Files of weights that are not read, by the ends of their names, the longest first. */
    private static final List<Map.Entry<String, String>> FOREIGN =
            List.of(
                    Map.entry("tf_model.h5", SAVE.formatted("from_tf=True")),
                    Map.entry("flax_model.msgpack", SAVE.formatted("from_flax=True")),
                    Map.entry(".h5", OTHER),
                    Map.entry(".keras", OTHER),
                    Map.entry(".msgpack", OTHER),
                    Map.entry(".onnx", OTHER),
                    Map.entry(".tflite", OTHER),
                    Map.entry(".pdparams", OTHER),
                    Map.entry(".ot", OTHER));

    /**
     * Looks at a folder.
     *
     * @param folder the folder
     * @return what lies there
     * @throws IOException if it cannot be read
     */
    public static FolderContent of(Path folder) throws IOException {
        List<Path> entries = list(folder);
        Path hub = folder.resolve("hub");
        return inCache(folder, entries, "")
                .or(
                        () ->
                                Files.isDirectory(hub)
                                        ? inCache(hub, listOrNone(hub), "hub/")
                                        : Optional.empty())
                .or(() -> several(entries))
                .or(() -> foreign(entries))
                .or(() -> models(entries))
                .orElseGet(
                        () ->
                                new FolderContent(
                                        entries.isEmpty() ? "an empty folder" : "none",
                                        "add the model's config.json and model.safetensors, or name"
                                                + " its folder"));
    }

    /** The cache of Hugging Face's hub keeps a model's files under snapshots/REVISION. */
    private static Optional<FolderContent> inCache(Path folder, List<Path> entries, String prefix) {
        Path snapshots = folder.resolve("snapshots");
        if (Files.isDirectory(snapshots)) {
            List<Path> revisions =
                    listOrNone(snapshots).stream().filter(Files::isDirectory).toList();
            return Optional.of(
                    new FolderContent(
                            "the hub's cache of a model, with the snapshots " + names(revisions),
                            "name one of them: snapshots/%s"
                                    .formatted(
                                            revisions.isEmpty()
                                                    ? "REVISION"
                                                    : name(revisions.get(0)))));
        }
        List<Path> models =
                entries.stream()
                        .filter(entry -> name(entry).startsWith("models--"))
                        .filter(Files::isDirectory)
                        .toList();
        return models.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new FolderContent(
                                "the hub's cache of the models " + names(models),
                                "name one model's folder: %s%s/snapshots/REVISION"
                                        .formatted(prefix, name(models.get(0)))));
    }

    private static Optional<FolderContent> several(List<Path> entries) {
        List<Path> files =
                entries.stream()
                        .filter(
                                file ->
                                        Stream.of(
                                                        TensorFlowCheckpoint.INDEX_SUFFIX,
                                                        ".pt",
                                                        ".pth",
                                                        ".bin",
                                                        ".ckpt",
                                                        ".pkl",
                                                        WeightFiles.GGUF_SUFFIX,
                                                        ".npz")
                                                .anyMatch(name(file)::endsWith))
                        .toList();
        return files.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new FolderContent(
                                "%s, of which not exactly one has the tables"
                                        .formatted(names(files)),
                                "name the file to use"));
    }

    private static Optional<FolderContent> foreign(List<Path> entries) {
        for (Path file : entries) {
            for (Map.Entry<String, String> kind : FOREIGN) {
                if (name(file).endsWith(kind.getKey())) {
                    return Optional.of(
                            new FolderContent(
                                    "only %s, which is not read".formatted(Quoted.of(name(file))),
                                    kind.getValue()));
                }
            }
        }
        return Optional.empty();
    }

    /**
     * A trainer's folder has a folder for each checkpoint, the last of them the longest trained.
     */
    private static Optional<FolderContent> models(List<Path> entries) {
        List<Path> folders =
                entries.stream()
                        .filter(FolderContent::isModel)
                        .sorted(
                                Comparator.comparingInt((Path entry) -> name(entry).length())
                                        .thenComparing(FolderContent::name))
                        .toList();
        return folders.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new FolderContent(
                                "models in the folders " + names(folders),
                                "name one of them, such as %s"
                                        .formatted(
                                                Quoted.of(name(folders.get(folders.size() - 1))))));
    }

    private static boolean isModel(Path folder) {
        return Files.isDirectory(folder)
                && listOrNone(folder).stream()
                        .anyMatch(
                                file ->
                                        name(file).equals("config.json")
                                                || WeightFiles.hasWeightSuffix(file));
    }

    /** The entries of a folder inside; none if it cannot be read. */
    private static List<Path> listOrNone(Path folder) {
        try {
            return list(folder);
        } catch (IOException unreadable) {
            return List.of();
        }
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> listed = Files.list(folder)) {
            return listed.sorted().toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static String names(List<Path> entries) {
        String some =
                entries.stream()
                        .limit(NAMES_SHOWN)
                        .map(entry -> Quoted.of(name(entry)))
                        .collect(Collectors.joining(", "));
        return entries.size() > NAMES_SHOWN
                ? "%s and %d more".formatted(some, entries.size() - NAMES_SHOWN)
                : some;
    }

    private static String name(Path entry) {
        return String.valueOf(entry.getFileName());
    }
}
