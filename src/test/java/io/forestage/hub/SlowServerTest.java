package io.forestage.hub;

import static io.forestage.hub.SmallGpt2.FILE;
import static io.forestage.hub.Stored.always;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.forestage.hub.Stored.Step;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Servers that send little, but never stop: the download fails. */
@Timeout(60)
class SlowServerTest {

    private static final int TRIES = 2;

    /** A thousand bytes within half a second. */
    private static final RetryPolicy RETRY_POLICY =
            new RetryPolicy(
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(10),
                    new RetryPolicy.MinRate(1000, Duration.ofMillis(500)),
                    TRIES,
                    Duration.ofMillis(1),
                    Duration.ofSeconds(1));

    private final Path staging;
    private final FakeHub hub = new FakeHub();

    SlowServerTest(@TempDir Path folder) throws IOException {
        this.staging = folder.resolve("staging");
        hub.put(FILE, SmallGpt2.bytes());
    }

    @AfterEach
    void closeHub() throws IOException {
        hub.close();
    }

    @Test
    void aSlowServerIsRefused() {
        hub.atStore(FILE, always(drip(1, Duration.ofMillis(20))));

        assertRefused("bytes in 0.5 s (the minimum is 1000)");
        assertThat(hub.rangesOf(FILE)).hasSize(TRIES + 1);
    }

    @Test
    void aServerThatSendsASmallFileSlowlyIsRefused() {
        hub.atHub(
                "config.json",
                always(
                        (file, request, reply) -> {
                            reply.head(200, "Content-Length: 1000000");
                            drip(reply, new byte[1000000], 1, Duration.ofMillis(20));
                        }));

        assertRefused("bytes in 0.5 s (the minimum is 1000)");
    }

    @Test
    void aServerThatCutsEachResponseAfterAByteIsRefused() {
        hub.atStore(FILE, always(Stored.cutAfter(1)));

        assertRefused("expected the whole response");
        assertThat(hub.rangesOf(FILE)).hasSize(TRIES + 1);
    }

    @Test
    void aServerThatCutsResponsesButProgressesIsAccepted() throws IOException {
        hub.atStore(FILE, steps(6, Stored.cutAfter(1000)));

        try (HubDownload download = open()) {
            assertThat(download.run(DownloadListener.NONE).resolve(FILE)).exists();
        }
    }

    @Test
    void aServerThatIsJustFastEnoughIsAccepted() throws IOException {
        hub.atStore(FILE, drip(4096, Duration.ofMillis(20)));

        try (HubDownload download = open()) {
            assertThat(download.run(DownloadListener.NONE).resolve(FILE)).exists();
        }
    }

    private static Step[] steps(int count, Step step) {
        Step[] all = new Step[count];
        Arrays.fill(all, step);
        return all;
    }

    private static Step drip(int bytes, Duration pause) {
        return (file, request, reply) -> {
            Stored.partialHead(file, request, reply);
            drip(reply, file.requested(request), bytes, pause);
        };
    }

    private static void drip(ScriptedServer.Reply reply, byte[] content, int bytes, Duration pause)
            throws IOException, InterruptedException {
        for (int at = 0; at < content.length; at += bytes) {
            reply.body(Arrays.copyOfRange(content, at, Math.min(content.length, at + bytes)));
            Thread.sleep(pause.toMillis());
        }
    }

    private HubDownload open() throws HubException {
        return HubDownload.open(HubModel.parse("gpt2"), hub.settings().with(RETRY_POLICY), staging);
    }

    private void assertRefused(String message) {
        assertThatExceptionOfType(HubException.class)
                .isThrownBy(
                        () -> {
                            try (HubDownload download = open()) {
                                download.run(DownloadListener.NONE);
                            }
                        })
                .withMessageContaining(message);
    }
}
