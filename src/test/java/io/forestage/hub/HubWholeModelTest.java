package io.forestage.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.forestage.InputStage;
import io.forestage.decoder.GenerationOptions;
import io.forestage.decoder.LanguageModel;
import io.forestage.hub.ScriptedServer.Request;
import io.forestage.hub.cache.HubCache;
import io.forestage.hub.cache.HubImport;
import io.forestage.hub.cache.HubOptions;
import io.forestage.model.ImportOptions;
import io.forestage.model.ImportReport;
import io.forestage.model.LoadOptions;
import io.forestage.model.ModelVerification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whole models of the hub: all weights are fetched, checked, imported, and used without a request.
 */
class HubWholeModelTest {

    private static final Path DECODERS = Path.of("src/test/resources/decoder");
    private static final Path MODEL = DECODERS.resolve("gpt2-like");
    private static final String FILE = SmallGpt2.FILE;
    private static final String INDEX = "model.safetensors.index.json";

    /** A file of several requests, with a block's name. */
    private static final byte[] LARGE =
            SmallGpt2.bytes(
                    SmallGpt2.tensor("h.0.attn.c_attn.weight", List.of(512L, 512L)),
                    SmallGpt2.tensor("wte.weight", SmallGpt2.WTE),
                    SmallGpt2.tensor("h.1.attn.c_attn.weight", List.of(512L, 512L)),
                    SmallGpt2.tensor("wpe.weight", SmallGpt2.WPE));

    private final FakeHub hub = new FakeHub();
    private final Path temporary;
    private final Path home;

    HubWholeModelTest(@TempDir Path folder) throws IOException {
        temporary = folder;
        home = folder.resolve("huggingface");
    }

    @AfterEach
    void closeHub() throws IOException {
        hub.close();
    }

    @Test
    void aModelIsFetchedOnceAndContinuesTexts() throws IOException {
        publish(MODEL);
        GenerationOptions options = GenerationOptions.greedy().withMaxTokens(5);

        try (LanguageModel local = LanguageModel.load(MODEL);
                LanguageModel fetched = LanguageModel.fromHub("gpt2", options())) {
            assertThat(fetched.generate("ab", options)).isEqualTo(local.generate("ab", options));
            assertThat(fetched.logits(1, 2, 3)).isDeepEqualTo(local.logits(1, 2, 3));
        }

        int requests = hub.hub().requests().size();
        Path folder =
                home.resolve("forestage/whole/models--openai-community--gpt2/" + FakeHub.COMMIT);
        HubOptions offline = options().withOffline(true);
        assertThat(HubCache.wholeFolder("gpt2", options())).isEqualTo(folder);
        assertThat(HubCache.wholeFolder("gpt2@" + FakeHub.COMMIT, offline)).isEqualTo(folder);
        assertThat(HubCache.folder("gpt2", offline)).as("its tables too").isEqualTo(folder);
        InputStage.fromHub("gpt2", offline).close();
        assertThat(hub.hub().requests()).hasSize(requests);
        try (Stream<Path> left = Files.list(folder.getParent())) {
            assertThat(left.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder(FakeHub.COMMIT, "refs", "lock");
        }
    }

    @Test
    void tablesOnTheDiskAreNoWholeModel() throws IOException {
        publish(MODEL);

        Path slim = HubCache.folder("gpt2", options());

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> HubCache.wholeFolder("gpt2", options().withOffline(true)))
                .withMessageContaining("found none complete, and HF_HUB_OFFLINE is set");
        assertThat(HubCache.wholeFolder("gpt2", options())).isNotEqualTo(slim);
        assertThat(HubCache.folder("gpt2", options())).isEqualTo(slim);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2-like", "unscaled-bin", "unscaled-bin-shards"})
    void anImportHasEveryTensor(String form) throws IOException {
        publish(DECODERS.resolve(form));
        Path target = temporary.resolve("models/gpt2");

        ImportReport report =
                new HubImport(HubModel.parse("gpt2"), options())
                        .into(target, ImportOptions.defaults().withWhole());

        Path source = DECODERS.resolve(form.startsWith("unscaled") ? "unscaled" : form);
        assertThat(logits(target)).isDeepEqualTo(logits(source));
        assertThat(report.blocks()).hasSize(form.startsWith("unscaled") ? 14 : 26);
        assertThat(ModelVerification.of(target).differing()).isEmpty();
        assertThat(target.resolve("provenance.json"))
                .content()
                .contains("openai-community/gpt2@" + FakeHub.COMMIT);
        try (Stream<Path> left = Files.list(target.getParent())) {
            assertThat(left).containsExactly(target);
        }
    }

    @Test
    void theTablesOfShardsOfPyTorchAreFetchedAlone() throws IOException {
        publish(DECODERS.resolve("unscaled-bin-shards"));

        Path folder = HubCache.folder("gpt2", options());

        assertThat(folder.resolve(FILE)).exists();
        assertThat(hub.store().requests())
                .extracting(Request::target)
                .containsExactly("/pytorch_model-00001-of-00002.bin?Signature=secret");
    }

    @Test
    void everyShardIsFetched() throws IOException {
        String[] names = {"a.safetensors", "b.safetensors", "c.safetensors"};
        hub.put(
                INDEX,
                """
                {"weight_map": {
                  "wte.weight": "b.safetensors",
                  "ln_f.weight": "c.safetensors",
                  "h.0.attn.c_attn.weight": "a.safetensors"}}
                """);
        for (String name : names) {
            hub.put(name, LARGE);
        }

        Path model = download(DownloadListener.NONE);

        for (String name : names) {
            assertThat(model.resolve(name)).hasBinaryContent(LARGE);
        }
        hub.remove("c.safetensors");
        hub.commit("f".repeat(40));
        assertThatExceptionOfType(HubException.class)
                .isThrownBy(() -> download(DownloadListener.NONE))
                .withMessageContaining("expected weights in c.safetensors, found no such file");
    }

    @Test
    void aDownloadResumesAlsoThatOfTheTables() throws IOException {
        hub.put(FILE, LARGE);
        Path staging = temporary.resolve("staging");
        try (HubDownload tables = HubDownload.open(model(), hub.settings(), staging)) {
            tables.run(DownloadListener.NONE);
        }
        int before = hub.rangesOf(FILE).size();
        long fetched = LARGE.length - 2L * 4 * 512 * 512 + SmallGpt2.HEAD - header();
        hub.atStore(FILE, Stored.cutAfter(100_000))
                .atStore(FILE, Stored.always(Stored.cutAfter(0)));
        assertThatExceptionOfType(HubException.class)
                .isThrownBy(() -> download(DownloadListener.NONE));
        int layer = 4 * 512 * 512;
        assertThat(hub.rangesOf(FILE).get(before))
                .isEqualTo("bytes=%d-%d".formatted(SmallGpt2.HEAD, header() + layer - 1));

        try (FakeHub later = new FakeHub().put(FILE, LARGE)) {
            RecordedProgress progress = new RecordedProgress();
            try (HubDownload rest = HubDownload.openWhole(model(), later.settings(), staging)) {
                assertThat(rest.run(progress).resolve(FILE)).hasBinaryContent(LARGE);
            }
            assertThat(later.rangesOf(FILE))
                    .hasSize(2)
                    .first()
                    .isEqualTo(
                            "bytes=%d-%d"
                                    .formatted(SmallGpt2.HEAD + 100_000, header() + layer - 1));
            assertThat(progress.events())
                    .contains("%s: %d of %d".formatted(FILE, fetched + 100_000, LARGE.length))
                    .endsWith("finished at " + LARGE.length);
        }
    }

    @Test
    void otherBytesThanTheHashAreNotKept() {
        hub.put(FILE, LARGE);
        byte[] other = LARGE.clone();
        other[other.length - 1] ^= 1;
        hub.atStore(
                FILE,
                Stored.always(
                        (file, request, reply) -> Stored.serve(new Stored(other), request, reply)));

        assertThatExceptionOfType(HubException.class)
                .isThrownBy(() -> download(DownloadListener.NONE))
                .withMessageContaining("expected content with the hash in the ETag");
        assertThat(temporary.resolve("staging/model").resolve(FILE)).doesNotExist();
    }

    @Test
    void aModelOfOtherBlocksIsRefusedBeforeItsWeightsAreFetched() {
        hub.put(
                FILE,
                SmallGpt2.bytes(
                        SmallGpt2.tensor("h.0.attn.attention.q_proj.weight", List.of(512L, 512L)),
                        SmallGpt2.tensor("wte.weight", SmallGpt2.WTE)));

        assertThatExceptionOfType(HubException.class)
                .isThrownBy(() -> download(DownloadListener.NONE))
                .withMessageStartingWith(
                        hub.address(FILE)
                                + ": expected GPT-2's transformer blocks, such as"
                                + " h.0.attn.c_attn.weight, found none among 2 tensors");
        assertThat(hub.rangesOf(FILE)).hasSize(1);

        hub.remove(FILE);
        hub.commit("f".repeat(40));
        hub.put(INDEX, "{\"weight_map\": {\"wte.weight\": \"a.safetensors\"}}");
        assertThatExceptionOfType(HubException.class)
                .isThrownBy(() -> download(DownloadListener.NONE))
                .withMessageContaining(INDEX + ": expected GPT-2's transformer blocks")
                .withMessageContaining("found none among 1 tensors");
    }

    @Test
    void aSnapshotOfTransformersServesIfAllShardsAreThere() throws IOException {
        String commit = "f".repeat(40);
        Path repository = home.resolve("hub/models--gpt2");
        Path snapshot = Files.createDirectories(repository.resolve("snapshots/" + commit));
        Files.createDirectories(repository.resolve("refs"));
        Files.writeString(repository.resolve("refs/main"), commit);
        Files.writeString(snapshot.resolve("config.json"), "{}");
        Files.writeString(
                snapshot.resolve(INDEX),
                "{\"weight_map\": {\"wte.weight\": \"a.safetensors\", \"h.0.w\":"
                        + " \"b.safetensors\"}}");
        Files.writeString(snapshot.resolve("a.safetensors"), "");
        HubOptions offline = options().withOffline(true);

        assertThat(HubCache.folder("gpt2", offline)).isEqualTo(snapshot);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> HubCache.wholeFolder("gpt2", offline));
        Files.writeString(snapshot.resolve("b.safetensors"), "");
        assertThat(HubCache.wholeFolder("gpt2", offline)).isEqualTo(snapshot);
    }

    private static long header() {
        return LARGE.length - 4L * (2 * 512 * 512 + 64 * (2000 + 256));
    }

    private static HubModel model() {
        return HubModel.parse("gpt2");
    }

    private Path download(DownloadListener listener) throws IOException {
        try (HubDownload download =
                HubDownload.openWhole(model(), hub.settings(), temporary.resolve("staging"))) {
            return download.run(listener);
        }
    }

    private void publish(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                hub.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
    }

    private HubOptions options() {
        return HubOptions.of(
                Map.of("HF_ENDPOINT", hub.hub().uri().toString(), "HF_HOME", home.toString()));
    }

    private static float[][] logits(Path folder) throws IOException {
        try (LanguageModel model =
                LanguageModel.load(folder, LoadOptions.frozen().withIdsOnly(), null)) {
            return model.logits(3, 1, 2);
        }
    }
}
