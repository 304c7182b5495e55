package io.forestage.hub;

import static io.forestage.hub.SmallGpt2.HEAD;
import static io.forestage.hub.SmallGpt2.tensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.forestage.hub.ScriptedServer.Request;
import io.forestage.weights.Gpt2Table;
import io.forestage.weights.WeightFile;
import io.forestage.weights.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is fetched, and which server receives which request. */
class HubDownloadTest {

    private static final byte[] WEIGHTS = SmallGpt2.bytes();

    private final Path staging;
    private final FakeHub hub = new FakeHub();

    HubDownloadTest(@TempDir Path folder) throws IOException {
        this.staging = folder.resolve("staging");
    }

    @AfterEach
    void closeHub() throws IOException {
        hub.close();
    }

    @Test
    void theFolderHoldsTheModel() throws IOException {
        hub.put(SmallGpt2.FILE, WEIGHTS).put("tokenizer.json", "{\"version\": \"1.0\"}");

        Path model = download();

        assertThat(model.resolve("config.json")).hasContent(FakeHub.CONFIG);
        assertThat(model.resolve("tokenizer.json")).hasContent("{\"version\": \"1.0\"}");
        assertThat(model.resolve(SmallGpt2.FILE)).hasSize(WEIGHTS.length);
        SmallGpt2.assertTablesIn(model);
        assertThat(model).isDirectoryNotContaining("glob:**.txt");
    }

    @Test
    void onlyTheHeaderAndTheTablesAreRequested() throws IOException {
        hub.put(SmallGpt2.FILE, WEIGHTS);

        download();

        int layer = 4 * 512 * 512;
        int header = WEIGHTS.length - 2 * layer - 4 * 64 * (2000 + 256);
        int wte = header + layer;
        int wpe = wte + 4 * 64 * 2000 + layer;
        assertThat(hub.rangesOf(SmallGpt2.FILE))
                .containsExactly(
                        "bytes=0-" + (HEAD - 1),
                        "bytes=%d-%d".formatted(wte, wte + 4 * 64 * 2000 - 1),
                        "bytes=%d-%d".formatted(wpe, WEIGHTS.length - 1));
        assertThat(HEAD + 4 * 64 * (2000 + 256)).isLessThan(WEIGHTS.length * 2 / 5);
    }

    @Test
    void aLongHeaderIsFetchedToItsEnd() throws IOException {
        String longName = "h.0." + "x".repeat(2 * HEAD);
        hub.put(
                SmallGpt2.FILE,
                SmallGpt2.bytes(
                        tensor(longName, List.of(2L, 2L)),
                        tensor("wte.weight", SmallGpt2.WTE),
                        tensor("wpe.weight", SmallGpt2.WPE)));

        SmallGpt2.assertTablesIn(download());
    }

    @Test
    void allFilesComeFromTheFirstResponsesCommit() throws IOException {
        hub.put(SmallGpt2.FILE, WEIGHTS).put("tokenizer.json", "{}");

        download();

        assertThat(hub.hub().requests())
                .extracting(Request::target)
                .filteredOn(target -> !target.contains(FakeHub.COMMIT))
                .containsExactly("/openai-community/gpt2/resolve/main/config.json");
    }

    @Test
    void slashesInARevisionAreEscaped() throws IOException {
        hub.put(SmallGpt2.FILE, WEIGHTS)
                .atHub("config.json", Stored.page("{}", "X-Repo-Commit: " + FakeHub.COMMIT));

        download(new HubModel(FakeHub.NAME, "refs/pr/1"), hub.settings());

        assertThat(hub.hub().requests().get(0).target())
                .isEqualTo("/openai-community/gpt2/resolve/refs%2Fpr%2F1/config.json");
    }

    @Test
    void onlyTheHubReceivesTheToken() throws IOException {
        hub.put(SmallGpt2.FILE, WEIGHTS);
        HubSettings settings =
                HubSettings.of(
                        Map.of("HF_ENDPOINT", hub.hub().uri().toString(), "HF_TOKEN", "hf_secret"));

        download(HubModel.parse("gpt2"), settings.with(FakeHub.QUICK));

        assertThat(hub.hub().requests())
                .isNotEmpty()
                .allMatch(request -> request.header("authorization").equals("Bearer hf_secret"));
        assertThat(hub.store().requests())
                .isNotEmpty()
                .noneMatch(request -> request.headers().containsKey("authorization"));
    }

    @Test
    void aRedirectWithinTheHubIsFollowedWithTheToken() throws IOException {
        String moved = "/openai-community/gpt2/resolve/main/moved.json";
        hub.put(SmallGpt2.FILE, WEIGHTS)
                .put("moved.json", FakeHub.CONFIG)
                .atHub("config.json", Stored.redirect(moved));
        HubSettings settings =
                HubSettings.of(
                        Map.of("HF_ENDPOINT", hub.hub().uri() + "/", "HF_TOKEN", "hf_secret"));

        download(HubModel.parse("gpt2"), settings.with(FakeHub.QUICK));

        Request second = hub.hub().requests().get(1);
        assertThat(second.target()).isEqualTo(moved);
        assertThat(second.header("authorization")).isEqualTo("Bearer hf_secret");
    }

    @Test
    void onlyShardsWithTablesAreFetched() throws IOException {
        hub.put(
                        "model.safetensors.index.json",
                        """
                        {"metadata": {"total_size": 1}, "weight_map": {
                          "transformer.h.0.w": "model-00001-of-00003.safetensors",
                          "transformer.wte.weight": "model-00002-of-00003.safetensors",
                          "transformer.wpe.weight": "model-00003-of-00003.safetensors"}}
                        """)
                .put(
                        "model-00002-of-00003.safetensors",
                        SmallGpt2.bytes(tensor("transformer.wte.weight", SmallGpt2.WTE)))
                .put(
                        "model-00003-of-00003.safetensors",
                        SmallGpt2.bytes(tensor("transformer.wpe.weight", SmallGpt2.WPE)));

        Path model = download();

        try (WeightFile wte =
                        SafetensorsFile.open(model.resolve("model-00002-of-00003.safetensors"));
                WeightFile wpe =
                        SafetensorsFile.open(model.resolve("model-00003-of-00003.safetensors"))) {
            SmallGpt2.assertTable(wte, Gpt2Table.WTE, SmallGpt2.WTE);
            SmallGpt2.assertTable(wpe, Gpt2Table.WPE, SmallGpt2.WPE);
        }
        assertThat(hub.rangesOf("model-00001-of-00003.safetensors")).isEmpty();
    }

    @Test
    void withoutSafetensorsThePickledWeightsAreFetchedWhole() throws IOException {
        byte[] pickle = new byte[300_000];
        new Random(1).nextBytes(pickle);
        hub.put("pytorch_model.bin", pickle).put("vocab.json", "{}").put("merges.txt", "a b\n");

        Path model = download();

        assertThat(model.resolve("pytorch_model.bin")).hasBinaryContent(pickle);
        assertThat(model.resolve("vocab.json")).hasContent("{}");
        assertThat(model.resolve("merges.txt")).hasContent("a b\n");
    }

    @Test
    void aServerWithoutRangeRequestsSendsTheWholeFile() throws IOException {
        hub.put(SmallGpt2.FILE, WEIGHTS).atStore(SmallGpt2.FILE, Stored::serveWhole);

        Path model = download();

        assertThat(model.resolve(SmallGpt2.FILE)).hasBinaryContent(WEIGHTS);
        assertThat(hub.rangesOf(SmallGpt2.FILE)).hasSize(1);
    }

    @Test
    void deletingKeepsOtherFilesInTheFolder() throws IOException {
        hub.put(SmallGpt2.FILE, WEIGHTS);
        downloadAndDelete(() -> {});
        assertThat(staging).doesNotExist();

        downloadAndDelete(() -> Files.writeString(staging.resolve("another"), ""));
        assertThat(staging).isDirectoryContaining("glob:**another");
        assertThat(staging.toFile().list()).hasSize(1);
    }

    @Test
    void aFolderWithOtherFilesIsRefused() throws IOException {
        Path own = Files.createDirectories(staging.resolve("model")).resolve(SmallGpt2.FILE);
        Files.writeString(own, "precious");

        assertThatExceptionOfType(HubException.class)
                .isThrownBy(this::download)
                .withMessage(
                        staging
                                + ": expected an empty folder, or one from an earlier download,"
                                + " found other files; choose another folder");
        assertThat(own).hasContent("precious");
    }

    @Test
    void aSmallFileMayComeInChunksIfItHasAHash() throws IOException {
        hub.put(SmallGpt2.FILE, WEIGHTS)
                .atHub(
                        "config.json",
                        (file, request, reply) ->
                                reply.head(
                                                200,
                                                "X-Repo-Commit: " + FakeHub.COMMIT,
                                                "ETag: W/\"" + file.gitSha1() + "\"",
                                                "Transfer-Encoding: chunked")
                                        .raw("16\r\n" + FakeHub.CONFIG + "\r\n0\r\n\r\n"));

        assertThat(download().resolve("config.json")).hasContent(FakeHub.CONFIG);
    }

    @Test
    void aSecondDownloadIntoTheFolderIsRefused() throws IOException {
        HubModel model = HubModel.parse("gpt2");
        try (HubDownload first = HubDownload.open(model, hub.settings(), staging)) {
            assertThatExceptionOfType(HubException.class)
                    .isThrownBy(() -> HubDownload.open(model, hub.settings(), staging))
                    .withMessage(
                            staging
                                    + ": expected a folder that no other download uses, found"
                                    + " another download running in it; wait for it or stop it");
            assertThat(first).isNotNull();
        }
        HubDownload.open(model, hub.settings(), staging).close();
    }

    @Test
    void theListenerReceivesEveryFilesProgress() throws IOException {
        hub.put(SmallGpt2.FILE, WEIGHTS);
        RecordedProgress progress = new RecordedProgress();

        try (HubDownload download =
                HubDownload.open(HubModel.parse("gpt2"), hub.settings(), staging)) {
            download.run(progress);
        }

        long needed = HEAD + 4 * 64 * (2000 + 256);
        assertThat(progress.events())
                .containsExactly(
                        "config.json: 0 of 22",
                        "finished at 22",
                        "model.safetensors: %d of %d".formatted(HEAD, needed),
                        "finished at " + needed);
    }

    private void downloadAndDelete(ThrowingRunnable between) throws IOException {
        try (HubDownload download =
                HubDownload.open(HubModel.parse("gpt2"), hub.settings(), staging)) {
            download.run(DownloadListener.NONE);
            between.run();
            download.delete();
        }
    }

    @FunctionalInterface
    private interface ThrowingRunnable {
        void run() throws IOException;
    }

    private Path download() throws IOException {
        return download(HubModel.parse("gpt2"), hub.settings());
    }

    private Path download(HubModel model, HubSettings settings) throws IOException {
        try (HubDownload download = HubDownload.open(model, settings, staging)) {
            return download.run(DownloadListener.NONE);
        }
    }
}
