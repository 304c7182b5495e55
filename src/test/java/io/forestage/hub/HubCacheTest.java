package io.forestage.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.forestage.InputStage;
import io.forestage.VectorOptions;
import io.forestage.hub.cache.HubCache;
import io.forestage.hub.cache.HubOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a model of the hub is found, and when it is fetched. */
class HubCacheTest {

    private static final String CONFIG =
            "{\"model_type\": \"gpt2\", \"vocab_size\": 50257, \"n_positions\": 16, \"n_embd\": 4}";

    private static final byte[] WEIGHTS =
            SmallGpt2.bytes(
                    SmallGpt2.tensor("h.0.mlp.c_fc.weight", List.of(512L, 512L)),
                    SmallGpt2.tensor("wte.weight", List.of(50257L, 4L)),
                    SmallGpt2.tensor("wpe.weight", List.of(16L, 4L)));

    private static final String OTHER_COMMIT = "f".repeat(40);

    private final FakeHub hub = new FakeHub();
    private final Path home;

    HubCacheTest(@TempDir Path folder) throws IOException {
        home = folder.resolve("huggingface");
        hub.put("config.json", CONFIG).put(SmallGpt2.FILE, WEIGHTS);
    }

    @AfterEach
    void closeHub() throws IOException {
        hub.close();
    }

    @Test
    void aModelIsFetchedOnceAndThenFoundWithoutARequest() throws IOException {
        Path fetched = HubCache.folder("gpt2", options());
        int requests = hub.hub().requests().size();

        assertThat(fetched)
                .isEqualTo(
                        home.resolve("forestage/models--openai-community--gpt2/" + FakeHub.COMMIT));
        assertThat(Files.size(fetched.resolve(SmallGpt2.FILE)))
                .as("the tables alone")
                .isLessThan(WEIGHTS.length - 4 * 512 * 512);
        for (String name :
                List.of("gpt2", "openai-community/gpt2", "gpt2@main", "gpt2@" + FakeHub.COMMIT)) {
            assertThat(HubCache.folder(name, options())).as(name).isEqualTo(fetched);
            assertThat(HubCache.folder(name, options().withOffline(true))).isEqualTo(fetched);
        }
        assertThat(hub.hub().requests()).hasSize(requests);
        try (Stream<Path> left = Files.list(fetched.getParent())) {
            assertThat(left.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder(FakeHub.COMMIT, "refs", "lock");
        }
    }

    @Test
    void theFrontDoorLoadsIt() throws IOException {
        try (InputStage stage = InputStage.fromHub("gpt2", options())) {
            assertThat(stage.vectors(List.of("Hello"), VectorOptions.mean())[0]).hasSize(4);
        }
        assertThat(hub.hub().requests()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"models--gpt2", "models--openai-community--gpt2"})
    void whatTransformersHasFetchedIsFoundWithoutARequest(String repository) throws IOException {
        Path snapshot = snapshot(home.resolve("hub"), repository, "main", OTHER_COMMIT);

        try (InputStage stage = InputStage.fromHub("gpt2", options())) {
            assertThat(stage.vectors(List.of("Hello"), VectorOptions.mean())[0]).hasSize(4);
        }

        assertThat(HubCache.folder("gpt2", options())).isEqualTo(snapshot);
        assertThat(HubCache.folder("gpt2@" + OTHER_COMMIT, options())).isEqualTo(snapshot);
        assertThat(hub.hub().requests()).isEmpty();
        assertThat(home.resolve("forestage")).doesNotExist();
    }

    @Test
    void aFileInPlaceOfALinkIsFoundToo() throws IOException {
        Path snapshot =
                Files.createDirectories(
                        home.resolve("hub/models--owner--model/snapshots/" + OTHER_COMMIT));
        Files.createDirectories(home.resolve("hub/models--owner--model/refs/refs/pr"));
        Files.writeString(home.resolve("hub/models--owner--model/refs/refs/pr/1"), OTHER_COMMIT);
        for (String name : List.of("config.json", "pytorch_model.bin", "tokenizer.json")) {
            Files.writeString(snapshot.resolve(name), "{}");
        }

        assertThat(HubCache.folder("owner/model", options().withRevision("refs/pr/1")))
                .isEqualTo(snapshot);
    }

    @ParameterizedTest
    @ValueSource(strings = {"config.json", "model.safetensors"})
    void aSnapshotWithoutAFileIsPassedOver(String missing) throws IOException {
        Path snapshot =
                snapshot(
                        home.resolve("hub"),
                        "models--openai-community--gpt2",
                        "main",
                        OTHER_COMMIT);
        Files.delete(snapshot.resolve(missing));

        assertThat(HubCache.folder("gpt2", options()).toString()).endsWith(FakeHub.COMMIT);
    }

    /** The built-in tokenizer would be taken in the place of the model's own. */
    @Test
    void aSnapshotOfAnotherModelWithoutItsTokenizerIsPassedOver() throws IOException {
        Path cache = home.resolve("hub");
        Path snapshot = snapshot(cache, "models--owner--model", "main", OTHER_COMMIT);
        HubOptions offline = options().withOffline(true);

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> HubCache.folder("owner/model", offline))
                .withMessageStartingWith("owner/model: expected the model in " + cache)
                .withMessageContaining("HF_HUB_OFFLINE is set");

        Path absent = cache.resolve("models--owner--model/.no_exist/" + OTHER_COMMIT);
        Files.createDirectories(absent);
        Files.createFile(absent.resolve("tokenizer.json"));
        Files.createFile(absent.resolve("vocab.json"));
        assertThat(HubCache.folder("owner/model", offline)).isEqualTo(snapshot);
    }

    @Test
    void shardsAreFoundIfThoseWithTablesAreThere() throws IOException {
        Path snapshot =
                snapshot(
                        home.resolve("hub"),
                        "models--openai-community--gpt2",
                        "main",
                        OTHER_COMMIT);
        Files.delete(snapshot.resolve(SmallGpt2.FILE));
        Files.writeString(
                snapshot.resolve("model.safetensors.index.json"),
                "{\"weight_map\": {\"wte.weight\": \"a.safetensors\", \"h.0.w\":"
                        + " \"b.safetensors\"}}");
        assertThat(HubCache.folder("gpt2@" + OTHER_COMMIT, offlineAfter(snapshot, "a.safetensors")))
                .isEqualTo(snapshot);
    }

    @Test
    void theVariablesNameTheCache() throws IOException {
        Path other = home.resolve("elsewhere");
        Path snapshot = snapshot(other, "models--gpt2", "main", OTHER_COMMIT);

        for (Map<String, String> variables :
                List.of(
                        Map.of("HF_HUB_CACHE", other.toString()),
                        Map.of("HUGGINGFACE_HUB_CACHE", other.toString()),
                        Map.of("HF_HUB_CACHE", "~/elsewhere", "HOME", home.toString()))) {
            assertThat(HubCache.folder("gpt2", offline(variables))).isEqualTo(snapshot);
        }
        Path xdg = home.resolve("xdg");
        Path ofXdg = snapshot(xdg.resolve("huggingface/hub"), "models--gpt2", "main", OTHER_COMMIT);
        assertThat(HubCache.folder("gpt2", offline(Map.of("XDG_CACHE_HOME", xdg.toString()))))
                .isEqualTo(ofXdg);
        Path user = home.resolve("user");
        Path ofUser =
                snapshot(
                        user.resolve(".cache/huggingface/hub"),
                        "models--gpt2",
                        "main",
                        OTHER_COMMIT);
        assertThat(HubCache.folder("gpt2", offline(Map.of("HOME", user.toString()))))
                .isEqualTo(ofUser);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../../../etc", "main", "", "0123"})
    void aReferenceThatIsNoCommitIsPassedOver(String content) throws IOException {
        snapshot(home.resolve("hub"), "models--gpt2", "main", OTHER_COMMIT);
        Files.writeString(home.resolve("hub/models--gpt2/refs/main"), content);

        assertThat(HubCache.folder("gpt2", options()).toString()).endsWith(FakeHub.COMMIT);
    }

    @Test
    void ofSeveralCallersOneFetches() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            Callable<Path> call = () -> HubCache.folder("gpt2", options());
            for (Future<Path> folder : threads.invokeAll(List.of(call, call, call, call))) {
                assertThat(folder.get()).isDirectory();
            }
        } finally {
            threads.shutdown();
        }
        assertThat(hub.hub().requests())
                .filteredOn(request -> request.target().endsWith("main/config.json"))
                .hasSize(1);
    }

    @Test
    void theStoredTokenIsSentIfThereIsNoOther() throws IOException {
        Files.createDirectories(home);
        Files.writeString(home.resolve("token"), "hf_stored\n");

        HubCache.folder("gpt2", options());
        assertThat(hub.hub().requests())
                .allMatch(request -> request.header("authorization").equals("Bearer hf_stored"));
        assertThat(hub.store().requests())
                .isNotEmpty()
                .noneMatch(request -> request.headers().containsKey("authorization"));

        int before = hub.hub().requests().size();
        hub.commit(OTHER_COMMIT);
        HubCache.folder("gpt2@" + OTHER_COMMIT, options().withToken("hf_given"));
        assertThat(hub.hub().requests().stream().skip(before))
                .isNotEmpty()
                .allMatch(request -> request.header("authorization").equals("Bearer hf_given"));
        assertThat(options().withToken("hf_given").toString()).doesNotContain("hf_given");
    }

    @Test
    void aPlaceThatCannotBeWrittenIsNamedWithTheRemedy() throws IOException {
        Files.writeString(home, "a file");

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> HubCache.folder("gpt2", options()))
                .withMessageStartingWith(home.resolve("forestage").toString())
                .withMessageContaining("set HF_HOME to one");
    }

    @Test
    void aNameOfAnotherFormIsRefused() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> HubCache.folder("../gpt2", options()))
                .withMessageContaining("expected a model name");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> HubCache.folder("gpt2", options().withRevision("../main")))
                .withMessageContaining("expected a revision");
    }

    private HubOptions offlineAfter(Path snapshot, String shard) throws IOException {
        HubOptions offline = options().withOffline(true);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> HubCache.folder("gpt2", offline));
        Files.writeString(snapshot.resolve(shard), "");
        return offline;
    }

    private HubOptions options() {
        return HubOptions.of(
                Map.of("HF_ENDPOINT", hub.hub().uri().toString(), "HF_HOME", home.toString()));
    }

    private static HubOptions offline(Map<String, String> variables) {
        Map<String, String> all = new HashMap<>(variables);
        all.put("HF_HUB_OFFLINE", "1");
        return HubOptions.of(all);
    }

    /** Lays a model out as huggingface_hub does, with relative links to its blobs. */
    private static Path snapshot(Path cache, String repository, String revision, String commit)
            throws IOException {
        Path folder = cache.resolve(repository);
        Path blobs = Files.createDirectories(folder.resolve("blobs"));
        Path snapshot = Files.createDirectories(folder.resolve("snapshots").resolve(commit));
        Files.createDirectories(folder.resolve("refs"));
        Files.writeString(folder.resolve("refs").resolve(revision), commit);
        Map<String, byte[]> files =
                Map.of(
                        "config.json",
                        CONFIG.getBytes(StandardCharsets.UTF_8),
                        SmallGpt2.FILE,
                        WEIGHTS);
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Stored stored = new Stored(file.getValue());
            Files.write(blobs.resolve(stored.sha256()), file.getValue());
            Files.createSymbolicLink(
                    snapshot.resolve(file.getKey()),
                    Path.of("../../blobs").resolve(stored.sha256()));
        }
        return snapshot;
    }
}
