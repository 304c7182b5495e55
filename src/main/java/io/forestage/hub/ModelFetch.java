package io.forestage.hub;

import io.forestage.support.Quoted;
import io.forestage.weights.ShardIndex;
import io.forestage.weights.WeightFileException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Fetches the files of a repository that a model needs, except those already there. */
final class ModelFetch {

    static final String CONFIG = "config.json";

    private static final List<String> TOKENIZER_SETTINGS =
            List.of("tokenizer_config.json", "special_tokens_map.json", "added_tokens.json");
    private static final List<String> OTHER_VOCABULARIES =
            List.of(
                    "vocab.txt",
                    "tokenizer.model",
                    "spiece.model",
                    "sp.model",
                    "sentencepiece.bpe.model");

    private static final String WEIGHTS = "model.safetensors";
    private static final String INDEX = WEIGHTS + ShardIndex.SUFFIX;
    private static final String PICKLED_WEIGHTS = "pytorch_model.bin";
    private static final String PICKLED_INDEX = PICKLED_WEIGHTS + ShardIndex.SUFFIX;

    private static final int MAX_CONFIG_BYTES = 1 << 20;
    private static final int MAX_SMALL_FILE_BYTES = 1 << 25;

    /** A shard's name becomes part of an address, so the server must not choose it freely. */
    private static final Pattern SHARD_NAME =
            Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}\\.(safetensors|bin)");

    private final RemoteRepository repository;
    private final DownloadFolder staging;
    private final DownloadListener listener;

    ModelFetch(RemoteRepository repository, DownloadFolder staging, DownloadListener listener) {
        this.repository = repository;
        this.staging = staging;
        this.listener = listener;
    }

    /** Fetches config.json, which every model has; its headers name the commit. */
    static SmallFetch.SmallFile config(RemoteRepository repository, DownloadListener listener)
            throws IOException {
        return new SmallFetch(repository, listener)
                .fetch(CONFIG, MAX_CONFIG_BYTES)
                .orElseThrow(
                        () ->
                                HubException.of(
                                        repository.address(CONFIG),
                                        "a model at that revision",
                                        "none, or one without " + CONFIG,
                                        "check the model's name and revision, "
                                                + HubException.OTHER_WAY));
    }

    void fetchTokenizer() throws IOException {
        boolean hasVocabulary = fetchSmall("tokenizer.json");
        if (!hasVocabulary) {
            hasVocabulary = fetchSmall("vocab.json");
            fetchSmall("merges.txt");
        }
        if (!hasVocabulary) {
            // The import refuses them; without them it would take GPT-2's own vocabulary.
            for (String other : OTHER_VOCABULARIES) {
                fetchSmall(other);
            }
        }
        for (String name : TOKENIZER_SETTINGS) {
            fetchSmall(name);
        }
    }

    /**
     * Fetches the weights in the first form that the repository has, in transformers' order.
     *
     * @param whole whether all weights are needed, or the two tables alone
     */
    void fetchWeights(boolean whole) throws IOException {
        boolean found =
                fetchFile(WEIGHTS, whole)
                        || fetchShards(INDEX, whole)
                        || fetchFile(PICKLED_WEIGHTS, whole)
                        || fetchShards(PICKLED_INDEX, whole);
        if (!found) {
            throw absent(List.of(WEIGHTS, INDEX, PICKLED_WEIGHTS, PICKLED_INDEX));
        }
    }

    /** Only a safetensors file says at its beginning where its tables lie. */
    private boolean fetchFile(String name, boolean whole) throws IOException {
        if (!name.endsWith(".safetensors")) {
            return weights(name).fetchWhole();
        }
        return whole ? weights(name).fetchWholeModel() : weights(name).fetchTables();
    }

    private boolean fetchShards(String index, boolean whole) throws IOException {
        if (!fetchSmall(index)) {
            return false;
        }
        for (String shard : neededShards(index, whole)) {
            boolean isThere = whole ? weights(shard).fetchWhole() : fetchFile(shard, false);
            if (!isThere) {
                throw absent(List.of(shard));
            }
        }
        return true;
    }

    private Set<String> neededShards(String index, boolean whole) throws IOException {
        try {
            return shardsIn(staging.model().resolve(index), repository.address(index), whole);
        } catch (HubException invalid) {
            staging.forget(index); // The next download fetches it again.
            throw invalid;
        }
    }

    private static Set<String> shardsIn(Path file, URI address, boolean whole) throws HubException {
        Set<String> shards;
        try {
            ShardIndex index = ShardIndex.read(file);
            shards = index.shardsWithTables();
            if (whole && !shards.isEmpty()) {
                WeightFetch.requireBlocks(index.shards().keySet(), address);
                shards = new TreeSet<>(index.shards().values());
            }
        } catch (WeightFileException invalid) {
            throw HubException.of(
                    address,
                    "a valid shard index",
                    "an invalid one (%s)".formatted(invalid.getMessage()),
                    HubException.BY_HAND,
                    invalid);
        }
        if (shards.isEmpty()) {
            throw HubException.of(
                    address,
                    "wte.weight or wpe.weight in its weight_map",
                    "neither",
                    HubException.BY_HAND,
                    null);
        }
        for (String shard : shards) {
            if (!SHARD_NAME.matcher(shard).matches()) {
                throw HubException.of(
                        address,
                        "the name of a .safetensors or .bin file",
                        Quoted.of(shard),
                        HubException.BY_HAND,
                        null);
            }
        }
        return shards;
    }

    private boolean fetchSmall(String name) throws IOException {
        if (isThere(name)) {
            return true;
        }
        Optional<SmallFetch.SmallFile> file =
                new SmallFetch(repository, listener).fetch(name, MAX_SMALL_FILE_BYTES);
        if (file.isEmpty()) {
            return false;
        }
        staging.write(name, file.get().content());
        staging.remember(name, Journal.Entry.whole(file.get().remote()));
        return true;
    }

    private boolean isThere(String name) throws IOException {
        try (PartialFile file = PartialFile.open(staging, name)) {
            return file.isWhole() && file.matchesHash();
        }
    }

    private WeightFetch weights(String name) {
        return new WeightFetch(repository, staging, name, listener);
    }

    private HubException absent(List<String> names) {
        return HubException.of(
                repository.address(""),
                "weights in " + String.join(" or ", names),
                "no such file",
                "check that it is a GPT-2 model with weights, " + HubException.OTHER_WAY);
    }
}
