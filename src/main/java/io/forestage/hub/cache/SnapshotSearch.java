package io.forestage.hub.cache;

import io.forestage.hub.HubModel;
import io.forestage.weights.ShardIndex;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Looks for a model in huggingface_hub's cache: {@code models--OWNER--NAME/snapshots/COMMIT}, where
 * {@code refs/REVISION} has the commit. The files may be links to {@code blobs}.
 *
 * @param cache the folder of all repositories
 * @param model the model
 * @param whole whether all weights must be there, or the shards with the tables alone
 */
record SnapshotSearch(Path cache, HubModel model, boolean whole) {

    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

    private static final String TOKENIZER = "tokenizer.json";
    private static final String VOCABULARY = "vocab.json";

    /** Returns the model's snapshot, if it has all that is needed. */
    Optional<Path> find() throws IOException {
        for (Path repository : repositories()) {
            Optional<String> commit = commit(repository);
            if (commit.isPresent()) {
                Path snapshot = repository.resolve("snapshots").resolve(commit.get());
                Path absent = repository.resolve(".no_exist").resolve(commit.get());
                if (hasConfig(snapshot) && hasWeights(snapshot) && hasTokenizer(snapshot, absent)) {
                    return Optional.of(snapshot);
                }
            }
        }
        return Optional.empty();
    }

    /** Returns the name of a repository's folder. */
    static String folderName(String repository) {
        return "models--" + repository.replace("/", "--");
    }

    /** The folder's name follows the name that was asked for: gpt2, or openai-community/gpt2. */
    private List<Path> repositories() {
        return Stream.concat(Stream.of(model.name()), shortName().stream())
                .map(name -> cache.resolve(folderName(name)))
                .filter(Files::isDirectory)
                .toList();
    }

    /** Returns the name from before the hub had owners; only GPT-2's own models have one. */
    private Optional<String> shortName() {
        String name = model.name().substring(model.name().indexOf('/') + 1);
        try {
            return HubModel.parse(name).name().equals(model.name())
                    ? Optional.of(name)
                    : Optional.empty();
        } catch (IllegalArgumentException onlyOwnersHaveIt) {
            return Optional.empty();
        }
    }

    private Optional<String> commit(Path repository) throws IOException {
        if (COMMIT.matcher(model.revision()).matches()) {
            return Optional.of(model.revision());
        }
        Path reference = repository.resolve("refs").resolve(model.revision());
        if (!Files.isRegularFile(reference)) {
            return Optional.empty();
        }
        try (InputStream in = Files.newInputStream(reference)) {
            String text = new String(in.readNBytes(100), StandardCharsets.US_ASCII).strip();
            return COMMIT.matcher(text).matches() ? Optional.of(text) : Optional.empty();
        }
    }

    private static boolean hasConfig(Path snapshot) {
        return has(snapshot, "config.json");
    }

    private boolean hasWeights(Path snapshot) throws IOException {
        for (String name : List.of("model.safetensors", "pytorch_model.bin")) {
            Path index = snapshot.resolve(name + ShardIndex.SUFFIX);
            if (has(snapshot, name)
                    || (Files.isRegularFile(index)
                            && shards(ShardIndex.read(index)).stream()
                                    .allMatch(shard -> has(snapshot, shard)))) {
                return true;
            }
        }
        return false;
    }

    private Collection<String> shards(ShardIndex index) {
        return whole ? index.shards().values() : index.shardsWithTables();
    }

    /**
     * Returns whether the tokenizer is there: who asks transformers for weights alone gets none,
     * and the built-in one would be taken in its place. It is right for GPT-2's own models.
     */
    private boolean hasTokenizer(Path snapshot, Path absent) {
        return has(snapshot, TOKENIZER)
                || (has(snapshot, VOCABULARY) && has(snapshot, "merges.txt"))
                || (has(absent, TOKENIZER) && has(absent, VOCABULARY))
                || shortName().isPresent();
    }

    private static boolean has(Path folder, String name) {
        return Files.isRegularFile(folder.resolve(name));
    }
}
