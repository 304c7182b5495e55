package io.forestage.hub;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Fetches those files of a repository that the input stage needs, each if it is not there yet. */
final class ModelFetch {

    static final String CONFIG = "config.json";

    private static final String WEIGHTS = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";
    private static final String PICKLED_WEIGHTS = "pytorch_model.bin";

    private static final int MOST_CONFIG = 1 << 20;
    private static final int MOST_SMALL = 1 << 25;

    private final RemoteRepository repository;
    private final Staging staging;
    private final DownloadListener listener;

    ModelFetch(RemoteRepository repository, Staging staging, DownloadListener listener) {
        this.repository = repository;
        this.staging = staging;
        this.listener = listener;
    }

    /** Fetches config.json, which every model has, and with it what the revision is. */
    static SmallFile config(RemoteRepository asked, DownloadListener listener) throws IOException {
        return new SmallFetch(asked, listener)
                .fetch(CONFIG, MOST_CONFIG)
                .orElseThrow(
                        () ->
                                HubException.of(
                                        asked.address(CONFIG),
                                        "a model at that revision",
                                        "none, or one without " + CONFIG,
                                        "check name and revision, " + HubException.OTHER_WAY));
    }

    void fetchTokenizer() throws IOException {
        if (!fetchSmall("tokenizer.json")) {
            fetchSmall("vocab.json");
            fetchSmall("merges.txt");
        }
    }

    void fetchWeights() throws IOException {
        if (weights(WEIGHTS).fetchTables()) {
            return;
        }
        if (fetchSmall(INDEX)) {
            for (String shard : neededShards()) {
                if (!weights(shard).fetchTables()) {
                    throw absent(List.of(shard));
                }
            }
        } else if (!weights(PICKLED_WEIGHTS).fetchWhole()) {
            throw absent(List.of(WEIGHTS, INDEX, PICKLED_WEIGHTS));
        }
    }

    private Set<String> neededShards() throws IOException {
        try {
            return new NeededShards(repository.address(INDEX), staging.model().resolve(INDEX))
                    .names();
        } catch (HubException unsound) {
            staging.forget(INDEX); // The next download is to ask for it anew.
            throw unsound;
        }
    }

    private boolean fetchSmall(String name) throws IOException {
        if (isThere(name)) {
            return true;
        }
        Optional<SmallFile> file = new SmallFetch(repository, listener).fetch(name, MOST_SMALL);
        if (file.isEmpty()) {
            return false;
        }
        staging.write(name, file.get().content());
        staging.remember(name, JournalEntry.whole(file.get().remote()));
        return true;
    }

    private boolean isThere(String name) throws IOException {
        try (StagedFile file = StagedFile.open(staging, name)) {
            return file.isWhole() && file.fitsItsName();
        }
    }

    private WeightFetch weights(String name) {
        return new WeightFetch(repository, staging, name, listener);
    }

    private HubException absent(List<String> names) {
        return HubException.of(
                repository.address(""),
                "weights as " + String.join(" or ", names),
                "none of them",
                "check that it is a GPT-2 model with weights, " + HubException.OTHER_WAY);
    }
}
