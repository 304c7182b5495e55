package io.forestage.hub;

import static io.forestage.hub.SmallGpt2.FILE;
import static io.forestage.hub.Stored.always;
import static io.forestage.hub.Stored.redirect;
import static io.forestage.hub.Stored.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.forestage.hub.Stored.Step;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The messages for a hub that does not deliver what is requested. */
class HubErrorsTest {

    private static final String OTHER_WAY =
            "or fetch the model's files by other means and import them: forestage import PATH"
                    + " --model DIR";

    private final Path staging;
    private final FakeHub hub = new FakeHub();

    HubErrorsTest(@TempDir Path folder) throws IOException {
        this.staging = folder.resolve("staging");
        hub.put(FILE, SmallGpt2.bytes(SmallGpt2.tensor("wte.weight", SmallGpt2.WTE)));
    }

    @AfterEach
    void closeHub() throws IOException {
        hub.close();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void aResponseIsReported(String what, Step step, String message) {
        hub.atHub("config.json", always(step));

        assertRefused(HubModel.parse("gpt2"), message);
        assertThat(hub.hub().requests()).hasSize(1);
    }

    static Stream<Arguments> aResponseIsReported() {
        return Stream.of(
                Arguments.of(
                        "401",
                        status(401, "X-Error-Code: GatedRepo"),
                        "expected access to the model, found status 401 (GatedRepo); set HF_TOKEN"
                            + " to a token that may read the model, accept the model's terms on its"
                            + " page if it has any, and check its name: the hub responds the same"
                            + " for models that do not exist"),
                Arguments.of(
                        "403",
                        status(403),
                        "expected access to the model, found status 403; set HF"),
                Arguments.of(
                        "404 for the model",
                        status(404, "X-Error-Code: RepoNotFound"),
                        "expected the model at that revision, found status 404 (RepoNotFound);"
                                + " check the model's name and revision"),
                Arguments.of(
                        "404 for the file",
                        status(404),
                        "expected a model at that revision, found none, or one without"
                                + " config.json; check the model's name and revision, "
                                + OTHER_WAY),
                Arguments.of("418", status(418), "expected the file, found status 418; fetch the"),
                Arguments.of(
                        "a pause that is too long",
                        status(429, "Retry-After: 300"),
                        "found status 429, retry after 300 s; start the download again later, "
                                + OTHER_WAY),
                Arguments.of(
                        "a redirect to nowhere",
                        status(302),
                        "expected the file or a redirect to it, found status 302 without a Location"
                                + " header"),
                Arguments.of(
                        "a redirect to a file",
                        redirect("file:///etc/passwd"),
                        "found a redirect to something other than an http or https address"),
                Arguments.of(
                        "a redirect to no address",
                        redirect("http://["),
                        "found a redirect to something other than an http or https address"),
                Arguments.of(
                        "a redirect to itself",
                        redirect("/openai-community/gpt2/resolve/main/config.json"),
                        "found a redirect loop"));
    }

    @Test
    void aRefusedTokenIsNotShown() {
        hub.atHub("config.json", status(403));
        HubSettings settings = settings(Map.of("HF_TOKEN", "hf_verysecret"));

        assertRefused(settings, "check that the token in HF_TOKEN is valid and may read the model");
        assertThat(settings.toString()).doesNotContain("verysecret");
    }

    @Test
    void theNumberOfRedirectsIsLimited() {
        for (int i = 0; i < 10; i++) {
            String next = "/openai-community/gpt2/resolve/main/config.json?" + (i + 1);
            hub.atHub(i == 0 ? "config.json" : "config.json?" + i, redirect(next));
        }

        assertRefused(HubModel.parse("gpt2"), "found more than 5 redirects");
        assertThat(hub.hub().requests()).hasSize(6);
    }

    @Test
    void aMissingRevisionIsReported() {
        assertRefused(
                HubModel.parse("gpt2@v9"),
                "%s/openai-community/gpt2/resolve/v9/config.json: expected the model at that"
                                .formatted(hub.hub().uri())
                        + " revision, found status 404 (RevisionNotFound)");
    }

    @Test
    void aBusyOrBrokenHubIsRetried() throws IOException {
        String now = DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC));
        hub.atHub("config.json", status(429, "Retry-After: 0"), status(500))
                .atHub("tokenizer.json", status(502), status(504))
                .atHub(FILE, status(503, "Retry-After: " + now))
                .atStore(FILE, status(403));

        assertThat(download(HubModel.parse("gpt2"), hub.settings()).resolve(FILE)).exists();
    }

    @Test
    void retriesAreLimited() {
        hub.atHub("config.json", always(status(500)));

        assertRefused(
                HubModel.parse("gpt2"),
                "expected the file, found status 500; start the download again later, "
                        + OTHER_WAY);
        assertThat(hub.hub().requests()).hasSize(1 + FakeHub.QUICK.tries());
    }

    @Test
    void aModelWithoutWeightsIsReported() {
        hub.remove(FILE);

        assertRefused(
                HubModel.parse("gpt2"),
                "expected weights in model.safetensors or model.safetensors.index.json or"
                        + " pytorch_model.bin or pytorch_model.bin.index.json, found no such file;"
                        + " check that it is a GPT-2 model");
    }

    @Test
    void theSecretOfASignedLinkIsNotShown() {
        hub.atStore(FILE, always(status(410)));

        assertRefused(
                HubModel.parse("gpt2"),
                hub.address(FILE) + ": expected the file, found status 410 from 127.0.0.1; ");
    }

    @Test
    void withoutANetworkItFailsAtOnce() throws IOException {
        try (Socket bound = new Socket()) {
            bound.bind(
                    new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0));
            String silent = "http://127.0.0.1:" + bound.getLocalPort(); // bound, but not listening

            assertRefused(
                    HubSettings.of(Map.of("HF_ENDPOINT", silent)),
                    silent
                            + "/openai-community/gpt2/resolve/main/config.json: expected a"
                            + " response, found no connection; check the network, "
                            + OTHER_WAY);
        }
    }

    @Test
    void anUnknownHostIsReported() {
        ConnectException failure = new ConnectException();
        failure.initCause(new UnresolvedAddressException());

        assertThat(ConnectionFailure.reason(failure))
                .isEqualTo("unknown host (is the network up?)");
    }

    @Test
    void offlineNothingIsRequested() {
        assertRefused(
                settings(Map.of("HF_HUB_OFFLINE", "1")),
                "openai-community/gpt2 at %s: expected network access, found"
                                .formatted(hub.hub().uri())
                        + " HF_HUB_OFFLINE set; unset it, "
                        + OTHER_WAY);
        assertThat(hub.hub().requests()).isEmpty();
        assertThat(staging).doesNotExist();
    }

    private HubSettings settings(Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(more);
        environment.put("HF_ENDPOINT", hub.hub().uri().toString());
        return HubSettings.of(environment).with(FakeHub.QUICK);
    }

    private Path download(HubModel model, HubSettings settings) throws IOException {
        try (HubDownload download = HubDownload.open(model, settings, staging)) {
            return download.run(DownloadListener.NONE);
        }
    }

    private void assertRefused(HubModel model, String message) {
        assertRefused(model, hub.settings(), message);
    }

    private void assertRefused(HubSettings settings, String message) {
        assertRefused(HubModel.parse("gpt2"), settings, message);
    }

    private void assertRefused(HubModel model, HubSettings settings, String message) {
        assertThatExceptionOfType(HubException.class)
                .isThrownBy(() -> download(model, settings))
                .withMessageContaining(message)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n", "secret"));
    }
}
