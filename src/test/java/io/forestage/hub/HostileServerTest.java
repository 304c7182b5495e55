package io.forestage.hub;

import static io.forestage.hub.SmallGpt2.FILE;
import static io.forestage.hub.Stored.always;
import static io.forestage.hub.Stored.page;
import static io.forestage.hub.Stored.partialAs;
import static io.forestage.testing.HostileText.messageOf;
import static io.forestage.testing.HostileText.quoted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.forestage.hub.Stored.Step;
import io.forestage.testing.HostileText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Servers that send false data: each is reported in one line, and nothing false is kept. */
class HostileServerTest {

    private static final byte[] WEIGHTS = SmallGpt2.bytes();

    private final Path staging;
    private final FakeHub hub = new FakeHub();

    HostileServerTest(@TempDir Path folder) throws IOException {
        this.staging = folder.resolve("staging");
        hub.put(FILE, WEIGHTS);
    }

    @AfterEach
    void closeHub() throws IOException {
        hub.close();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void aPartIsRefusedFor(String what, Step lie, String message) {
        hub.atStore(FILE, always(lie));

        assertRefused(hub.address(FILE), message);
        assertThat(staging.resolve("model").resolve(FILE)).doesNotExist();
    }

    static Stream<Arguments> aPartIsRefusedFor() {
        String total = "/" + WEIGHTS.length;
        return Stream.of(
                lie("no Content-Range", partialAs(), "no valid Content-Range"),
                lie(
                        "a malformed Content-Range",
                        partialAs("Content-Range: bytes 0-x/9"),
                        "no valid Content-Range"),
                lie(
                        "a Content-Range beyond the file",
                        partialAs("Content-Range: bytes 0-99/50"),
                        "no valid Content-Range"),
                lie(
                        "another start",
                        partialAs("Content-Range: bytes 1-131071" + total),
                        "expected bytes=0-131071, found bytes=1-131071 of %d bytes"
                                .formatted(WEIGHTS.length)),
                lie(
                        "more than requested",
                        partialAs("Content-Range: bytes 0-131072" + total),
                        "expected bytes=0-131071, found bytes=0-131072 of %d bytes"
                                .formatted(WEIGHTS.length)),
                lie(
                        "another size than in the hub's headers",
                        partialAs("Content-Range: bytes 0-131071/200000"),
                        "expected a file of %d bytes, found 200000".formatted(WEIGHTS.length)),
                lie(
                        "a Content-Length below its Content-Range",
                        partialAs("Content-Range: bytes 0-131071" + total, "Content-Length: 9"),
                        "expected 131072 bytes, as in Content-Range, found a Content-Length of 9"),
                lie(
                        "more bytes than its Content-Range",
                        partialAs("Content-Range: bytes 0-999" + total),
                        "expected 1000 bytes, found more"),
                lie(
                        "a whole file of another size",
                        page("{}"),
                        "expected a file of %d bytes, found 2 bytes".formatted(WEIGHTS.length)),
                lie(
                        "a whole file without a size",
                        (file, request, reply) -> reply.head(200).body(file.content()),
                        "expected a Content-Length header (without it a truncated file"),
                lie(
                        "a web page",
                        page("<html>", "Content-Type: text/html; charset=utf-8"),
                        "expected the file, found a web page"),
                lie(
                        "a compressed response",
                        page("x", "Content-Encoding: gzip"),
                        "expected an uncompressed file, found a compressed one"),
                lie(
                        "a whole file of other bytes",
                        (file, request, reply) -> {
                            byte[] other = file.content().clone();
                            other[other.length - 1]++;
                            Stored.serveWhole(new Stored(other), request, reply);
                        },
                        "expected content with the hash in the ETag, found other content"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void aSafetensorsFileIsRefusedFor(String what, byte[] file, String message) {
        hub.put(FILE, file);

        assertRefused(hub.address(FILE), message);
        assertThat(hub.rangesOf(FILE)).hasSize(1);
    }

    static Stream<Arguments> aSafetensorsFileIsRefusedFor() {
        String limits = "a header of 2 to 100000000 bytes, found a header length of ";
        return Stream.of(
                Arguments.of("2^63", header(Long.MIN_VALUE), limits + "9223372036854775808"),
                Arguments.of("2^64 - 1", header(-1), limits + "18446744073709551615"),
                Arguments.of("2^63 - 1", header(Long.MAX_VALUE), limits + "9223372036854775807"),
                Arguments.of("above the limit", header(100_000_001), limits + "100000001"),
                Arguments.of(
                        "larger than the file",
                        header(350_001),
                        "its whole header of 350001 bytes, found a file of 300000 bytes"),
                Arguments.of(
                        "a web page",
                        "<html></html>".getBytes(StandardCharsets.US_ASCII),
                        "found what looks like"),
                Arguments.of("five bytes", new byte[5], "found a file of 5 bytes"));
    }

    @Test
    void anEmptyFileIsRefused() {
        hub.put(FILE, new byte[0]).atStore(FILE, Stored::serveWhole);

        assertRefused(hub.address(FILE), "found an empty file");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void aSmallFileIsRefusedFor(String what, Step lie, String message) {
        hub.atHub("config.json", always(lie));

        assertRefused(hub.hub().uri() + "/openai-community/gpt2/resolve/main/config.json", message);
    }

    static Stream<Arguments> aSmallFileIsRefusedFor() {
        String git = "ETag: \"0123456789abcdef0123456789abcdef01234567\"";
        return Stream.of(
                lie(
                        "a web page",
                        page("<html>", "Content-Type: text/html"),
                        "expected the file, found a web page"),
                lie(
                        "a web page that does not say so",
                        page("<!DOCTYPE html>\n<html>"),
                        "expected a JSON object, found \"<!DOCTYPE html>\\n<html>\""),
                lie(
                        "other content than its hash",
                        page("{}", "X-Repo-Commit: " + FakeHub.COMMIT, git),
                        "expected content with the hash in the ETag, found other content"),
                lie(
                        "two sizes",
                        page("{}", "X-Linked-Size: 9"),
                        "expected 9 bytes (X-Linked-Size), found 2 bytes (Content-Length)"),
                lie(
                        "a megabyte",
                        page("{" + " ".repeat(1 << 20) + "}"),
                        "expected at most 1048576 bytes, found more"),
                lie(
                        "no length",
                        (file, request, reply) -> reply.head(200).raw("{}"),
                        "expected a Content-Length"),
                lie(
                        "no end",
                        (file, request, reply) -> {
                            reply.head(200, "Transfer-Encoding: chunked");
                            while (true) {
                                reply.raw("10\r\n0123456789abcdef\r\n");
                            }
                        },
                        "expected a Content-Length"),
                lie(
                        "a length that is no number",
                        (file, request, reply) -> reply.head(200, "Content-Length: x").raw("{}"),
                        "found malformed HTTP headers"),
                lie(
                        "another protocol than HTTP",
                        (file, request, reply) -> reply.raw("SSH-2.0-OpenSSH\r\n\r\n"),
                        "expected a response, found "),
                lie(
                        "less than it promises",
                        (file, request, reply) -> reply.head(200, "Content-Length: 9").raw("{}"),
                        "expected the whole response, found "));
    }

    @Test
    void aShardMustBeAFileInTheModelsFolder() {
        hub.remove(FILE);
        hub.put(
                "model.safetensors.index.json",
                "{\"weight_map\": {\"wte.weight\": \"../../evil.safetensors\"}}");

        assertRefused(
                hub.address("model.safetensors.index.json"),
                "expected the name of a file beside the index, found \"../../evil.safetensors\"");
    }

    @Test
    void aServersTextCannotControlTheTerminal() {
        String hostile = "\u009b2J" + "x".repeat(3000);
        hub.atStore(FILE, always(partialAs("Content-Range: " + hostile)));
        assertHarmlessRefusal();
        hub.atHub(FILE, Stored.status(404, "X-Error-Code: RepoNotFound" + hostile));
        hub.put("model.safetensors.index.json", "{%s:1}".formatted(quoted(HostileText.TEXT)));
        assertHarmlessRefusal();
        hub.atHub("config.json", page(HostileText.TEXT));
        assertHarmlessRefusal();
    }

    private void assertHarmlessRefusal() {
        String message = messageOf(this::download);
        assertThat(message).contains("expected ");
        HostileText.assertHarmless(message);
    }

    private void download() throws IOException {
        try (HubDownload download =
                HubDownload.open(HubModel.parse("gpt2"), hub.settings(), staging)) {
            download.run(DownloadListener.NONE);
        }
    }

    @Test
    void anIndexMustBeAnObjectWithAMap() {
        hub.remove(FILE);
        String index = "model.safetensors.index.json";
        hub.put(index, "{" + "\"a\":[".repeat(5000) + "}");
        assertRefused(hub.address(index), "expected strict JSON, found a syntax error");

        hub.put(index, "{\"weight_map\": {\"wte.weight\": []}}");
        assertRefused(hub.address(index), "expected a file name as value in weight_map");

        hub.put(index, "{}");
        assertRefused(hub.address(index), "expected an object of file names as weight_map");

        hub.put(index, "{\"weight_map\": {\"ln_f.weight\": \"a.safetensors\"}}");
        assertRefused(hub.address(index), "expected wte.weight or wpe.weight in its weight_map");
    }

    @Test
    void aFileLargerThanTheDiskIsRefusedBeforeItIsFetched() {
        hub.remove(FILE);
        hub.put("pytorch_model.bin", new byte[9])
                .atHub(
                        "pytorch_model.bin",
                        (file, request, reply) ->
                                reply.head(
                                        206,
                                        "Content-Range: bytes 0-8999999999999/9000000000000",
                                        "Content-Length: 9000000000000"));

        assertRefused(
                hub.address("pytorch_model.bin"),
                "expected 9000000000000 bytes of free disk space in " + staging);
    }

    @Test
    void aSilentServerTimesOut() {
        hub.atStore(FILE, always(Stored.stallAfter(0)));
        assertRefused(stalling(0), hub.address(FILE), "found no byte for 200 ms");

        hub.atHub("config.json", (file, request, reply) -> reply.stall());
        assertRefused(
                stalling(0),
                hub.hub().uri() + "/openai-community/gpt2/resolve/main/config.json",
                "expected a response, found no byte for 200 ms");
    }

    @Test
    void aSlowButSteadyServerIsAccepted() throws IOException {
        hub.put(FILE, SmallGpt2.bytes(SmallGpt2.tensor("wte.weight", SmallGpt2.WPE)))
                .atStore(
                        FILE,
                        (file, request, reply) -> {
                            Stored.partialHead(file, request, reply);
                            byte[] bytes = file.requested(request);
                            int step = bytes.length / 20 + 1;
                            for (int at = 0; at < bytes.length; at += step) {
                                Thread.sleep(80);
                                reply.body(
                                        Arrays.copyOfRange(
                                                bytes, at, Math.min(at + step, bytes.length)));
                            }
                        });
        RetryPolicy policy = retryPolicy(Duration.ofMillis(1200), 0);

        try (HubDownload download =
                HubDownload.open(HubModel.parse("gpt2"), hub.settings().with(policy), staging)) {
            assertThat(download.run(DownloadListener.NONE).resolve(FILE)).exists();
        }
    }

    private static Arguments lie(String what, Step step, String message) {
        return Arguments.of(what, step, message);
    }

    private static byte[] header(long length) {
        return ByteBuffer.allocate(300_000)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .put((byte) '{')
                .array();
    }

    private static RetryPolicy retryPolicy(Duration stall, int tries) {
        return new RetryPolicy(
                Duration.ofSeconds(10),
                stall,
                FakeHub.ANY_RATE,
                tries,
                Duration.ofMillis(1),
                Duration.ofSeconds(1));
    }

    private HubSettings stalling(int tries) {
        return hub.settings().with(retryPolicy(Duration.ofMillis(200), tries));
    }

    private void assertRefused(String where, String message) {
        assertRefused(hub.settings(), where, message);
    }

    private void assertRefused(HubSettings settings, String where, String message) {
        assertThatExceptionOfType(HubException.class)
                .isThrownBy(
                        () -> {
                            try (HubDownload download =
                                    HubDownload.open(HubModel.parse("gpt2"), settings, staging)) {
                                download.run(DownloadListener.NONE);
                            }
                        })
                .withMessageStartingWith(where + ": expected ")
                .withMessageContaining(message)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n", "secret"));
    }
}
