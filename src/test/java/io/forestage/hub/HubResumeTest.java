package io.forestage.hub;

import static io.forestage.hub.SmallGpt2.FILE;
import static io.forestage.hub.SmallGpt2.HEAD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.forestage.hub.ScriptedServer.Request;
import io.forestage.hub.Stored.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Interrupted downloads: within one run, and from one run to the next. */
class HubResumeTest {

    private static final byte[] WEIGHTS = SmallGpt2.bytes();
    private static final int WTE_BYTES = 4 * 2000 * 64;
    private static final int WPE_BYTES = 4 * 256 * 64;
    private static final int WPE = WEIGHTS.length - WPE_BYTES;
    private static final int WTE = WPE - 4 * 512 * 512 - WTE_BYTES;

    private static final String HEADER_RANGE = "bytes=0-" + (HEAD - 1);
    private static final String WPE_RANGE = range(WPE, WEIGHTS.length);

    private final Path staging;
    private final FakeHub hub = new FakeHub();

    HubResumeTest(@TempDir Path folder) throws IOException {
        this.staging = folder.resolve("staging");
        hub.put(FILE, WEIGHTS);
    }

    @AfterEach
    void closeHub() throws IOException {
        hub.close();
    }

    @Test
    void aCutResponseResumesAtTheByteWhereItWasCut() throws IOException {
        hub.atStore(FILE, Stored::serve, Stored.cutAfter(100_000));

        SmallGpt2.assertTablesIn(download());

        assertThat(hub.rangesOf(FILE))
                .containsExactly(
                        HEADER_RANGE,
                        range(WTE, WTE + WTE_BYTES),
                        range(WTE + 100_000, WTE + WTE_BYTES),
                        WPE_RANGE);
    }

    @Test
    void triesThatGetFurtherAreNotCounted() throws IOException {
        Step cut = Stored.cutAfter(50_000);
        hub.atStore(FILE, Stored::serve, cut, cut, cut, cut, cut, cut, cut);

        SmallGpt2.assertTablesIn(download());

        assertThat(hub.rangesOf(FILE)).hasSize(10);
    }

    @Test
    void triesWithoutAByteEndTheDownload() {
        hub.atStore(FILE, Stored::serve).atStore(FILE, Stored.always(Stored.cutAfter(0)));

        assertThatExceptionOfType(HubException.class)
                .isThrownBy(this::download)
                .withMessageStartingWith(
                        hub.address(FILE) + ": expected the whole response, found ")
                .withMessageContaining("start the download again (it resumes where it stopped)");
        assertThat(hub.rangesOf(FILE)).hasSize(2 + FakeHub.QUICK.tries());
    }

    @Test
    void aCutResponseWithoutRangesStartsAgain() throws IOException {
        hub.atStore(FILE, Stored.wholeCutAfter(HEAD / 2), Stored::serveWhole);

        assertThat(download().resolve(FILE)).hasBinaryContent(WEIGHTS);

        assertThat(hub.rangesOf(FILE)).hasSize(2);
    }

    @Test
    void theNextRunRequestsOnlyTheRest() throws IOException {
        hub.put("tokenizer.json", "{}")
                .atStore(FILE, Stored::serve, Stored.cutAfter(100_000))
                .atStore(FILE, Stored.always(Stored.cutAfter(0)));
        assertThatExceptionOfType(HubException.class).isThrownBy(this::download);

        try (FakeHub later = new FakeHub().put(FILE, WEIGHTS).put("tokenizer.json", "{}")) {
            RecordedProgress progress = new RecordedProgress();
            SmallGpt2.assertTablesIn(download(later, progress));

            assertThat(later.rangesOf(FILE))
                    .containsExactly(range(WTE + 100_000, WTE + WTE_BYTES), WPE_RANGE);
            assertThat(later.hub().requests())
                    .extracting(Request::target)
                    .noneMatch(target -> target.endsWith("tokenizer.json"));
            int needed = HEAD + WTE_BYTES + WPE_BYTES;
            assertThat(progress.events())
                    .contains("%s: %d of %d".formatted(FILE, HEAD + 100_000, needed))
                    .endsWith("finished at " + needed);
        }
    }

    @Test
    void aCompleteDownloadIsNotFetchedAgain() throws IOException {
        download();

        try (FakeHub later = new FakeHub().put(FILE, WEIGHTS)) {
            SmallGpt2.assertTablesIn(download(later, DownloadListener.NONE));

            assertThat(later.rangesOf(FILE)).isEmpty();
        }
    }

    @Test
    void filesOfAnotherCommitAreDeleted() throws IOException {
        hub.put("tokenizer.json", "{}");
        download();

        try (FakeHub later = new FakeHub().put(FILE, WEIGHTS)) {
            later.commit("fedcba9876543210fedcba9876543210fedcba98");
            Path model = download(later, DownloadListener.NONE);

            SmallGpt2.assertTablesIn(model);
            assertThat(later.rangesOf(FILE)).startsWith(HEADER_RANGE).hasSize(3);
            assertThat(model.resolve("tokenizer.json")).doesNotExist();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "null",
                "[]",
                "{\"model\": \"openai-community/gpt2\"}",
                "{\"model\": \"openai-community/gpt2\","
                        + " \"commit\": \"0123456789abcdef0123456789abcdef01234567\","
                        + " \"files\": {\"model.safetensors\": {\"done\": [{\"start\": 0}]}}}",
                "{\"model\": \"openai-community/gpt2\","
                        + " \"commit\": \"0123456789abcdef0123456789abcdef01234567\","
                        + " \"files\": {\"model.safetensors\": {\"file\": {\"size\": 5},"
                        + " \"done\": [{\"start\": 0, \"end\": 6}]}}}",
                "{\"model\": \"openai-community/gpt2\","
                        + " \"commit\": \"0123456789abcdef0123456789abcdef01234567\","
                        + " \"files\": {\"model.safetensors\": null}}"
            })
    void aDamagedJournalIsIgnored(String journal) throws IOException {
        download();
        Path file = staging.resolve(".forestage-download/journal.json");
        assertThat(file).exists();
        Files.writeString(file, journal);

        try (FakeHub later = new FakeHub().put(FILE, WEIGHTS)) {
            SmallGpt2.assertTablesIn(download(later, DownloadListener.NONE));

            assertThat(later.rangesOf(FILE)).hasSize(3);
        }
    }

    @Test
    void aTruncatedFileIsFetchedAgain() throws IOException {
        Path model = download();
        Files.write(model.resolve(FILE), new byte[5]);

        try (FakeHub later = new FakeHub().put(FILE, WEIGHTS)) {
            SmallGpt2.assertTablesIn(download(later, DownloadListener.NONE));

            assertThat(later.rangesOf(FILE)).hasSize(3);
        }
    }

    @Test
    void aFileThatChangesWithinARunIsFetchedAgainOnce() throws IOException {
        Step changed =
                (file, request, reply) ->
                        reply.head(
                                302,
                                "X-Linked-ETag: \"another\"",
                                "Location: %s/%s?x".formatted(hub.store().uri(), FILE),
                                "Content-Length: 0");
        Step same =
                (file, request, reply) ->
                        reply.head(
                                302,
                                "X-Linked-ETag: \"one\"",
                                "Location: %s/%s?x".formatted(hub.store().uri(), FILE),
                                "Content-Length: 0");
        hub.atHub(FILE, same, changed);

        SmallGpt2.assertTablesIn(download());

        assertThat(hub.rangesOf(FILE))
                .containsExactly(
                        HEADER_RANGE,
                        range(WTE, WTE + WTE_BYTES),
                        HEADER_RANGE,
                        range(WTE, WTE + WTE_BYTES),
                        WPE_RANGE);

        hub.commit("fedcba9876543210fedcba9876543210fedcba98");
        hub.atHub(FILE, same, changed, same, changed);
        assertThatExceptionOfType(HubException.class)
                .isThrownBy(this::download)
                .withMessageContaining(
                        "expected %d bytes with ETag one, found %d bytes with ETag another"
                                .formatted(WEIGHTS.length, WEIGHTS.length));
    }

    @Test
    void anInterruptedDownloadStopsAndResumesLater() throws IOException {
        DownloadListener interrupting =
                new DownloadListener() {
                    @Override
                    public void started(String file, long totalBytes, long doneBytes) {}

                    @Override
                    public void advanced(long doneBytes) {
                        if (doneBytes > 2 * HEAD) {
                            Thread.currentThread().interrupt();
                        }
                    }

                    @Override
                    public void finished() {}
                };

        assertThatExceptionOfType(HubException.class)
                .isThrownBy(() -> download(hub, interrupting))
                .withMessageContaining("found the thread interrupted");
        assertThat(Thread.interrupted()).isTrue();

        try (FakeHub later = new FakeHub().put(FILE, WEIGHTS)) {
            SmallGpt2.assertTablesIn(download(later, DownloadListener.NONE));
            assertThat(later.rangesOf(FILE)).doesNotContain(HEADER_RANGE);
        }
    }

    private Path download() throws IOException {
        return download(hub, DownloadListener.NONE);
    }

    private Path download(FakeHub from, DownloadListener listener) throws IOException {
        HubModel model = HubModel.parse("gpt2");
        try (HubDownload download = HubDownload.open(model, from.settings(), staging)) {
            return download.run(listener);
        }
    }

    private static String range(int start, int end) {
        return "bytes=%d-%d".formatted(start, end - 1);
    }
}
