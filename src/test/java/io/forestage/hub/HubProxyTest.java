package io.forestage.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.forestage.hub.ScriptedServer.Reply;
import io.forestage.hub.ScriptedServer.Request;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The way to the hub through a proxy that the environment names. */
class HubProxyTest {

    /** Base64 of "user:p@ss", which is user:p%40ss in a URL. */
    private static final String LOGIN = "Basic dXNlcjpwQHNz";

    private final Path staging;
    private final ScriptedServer proxy = new ScriptedServer(HubProxyTest::refuse);

    HubProxyTest(@TempDir Path folder) throws IOException {
        this.staging = folder.resolve("staging");
    }

    @AfterEach
    void closeProxy() throws IOException {
        proxy.close();
    }

    @Test
    void anHttpHubIsReachedThroughItsProxy() {
        assertThat(ask("http://hub.invalid", "HTTP_PROXY", "user:p%40ss@"))
                .contains(
                        "http://hub.invalid/openai-community/gpt2/resolve/main/config.json:"
                                + " expected the proxy %s to forward the request, found status 407;"
                                        .formatted(proxy.uri().getAuthority()));

        Request request = proxy.requests().get(0);
        assertThat(request.target())
                .isEqualTo("http://hub.invalid/openai-community/gpt2/resolve/main/config.json");
        assertThat(request.header("proxy-authorization")).isEqualTo(LOGIN);
    }

    @Test
    void anHttpsHubIsReachedThroughATunnel() {
        assertThat(ask("https://hub.invalid", "https_proxy", "user:p%40ss@"))
                .contains(
                        "expected the proxy %s to forward the request, found status 407; put its user"
                                        .formatted(proxy.uri().getAuthority())
                                + " and password into HTTPS_PROXY");

        Request request = proxy.requests().get(0);
        assertThat(request.method()).isEqualTo("CONNECT");
        assertThat(request.target()).isEqualTo("hub.invalid:443");
        assertThat(request.headers()).doesNotContainKey("authorization");
    }

    @Test
    void aHostWithoutAProxyDoesNotReceiveTheProxysLogin() throws IOException {
        try (FakeHub hub = new FakeHub()) {
            hub.put("pytorch_model.bin", "weights");
            HubSettings settings =
                    HubSettings.of(
                            Map.of(
                                    "HF_ENDPOINT",
                                    hub.hub().uri().toString(),
                                    "http_proxy",
                                    "http://user:p%40ss@" + proxy.uri().getAuthority(),
                                    "NO_PROXY",
                                    "localhost, 127.0.0.1"));

            try (HubDownload download =
                    HubDownload.open(HubModel.parse("gpt2"), settings, staging)) {
                download.run(DownloadListener.NONE);
            }

            assertThat(proxy.requests()).isEmpty();
            assertThat(hub.hub().requests())
                    .noneMatch(request -> request.headers().containsKey("proxy-authorization"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "*, true",
        "huggingface.co, true",
        "HuggingFace.co, true",
        ".huggingface.co, true",
        "*.co, true",
        "co, true",
        "huggingface.co:443, true",
        "huggingface.co:80, false",
        "face.co, false",
        "hub.huggingface.co, false",
        "'other.org, huggingface.co', true",
        "' , ', false"
    })
    void noProxyHasTheUsualForms(String noProxy, boolean isDirect) {
        ProxySettings proxies =
                ProxySettings.of(Map.of("HTTPS_PROXY", "http://proxy:3128", "no_proxy", noProxy));

        assertThat(proxies.of(URI.create("https://huggingface.co/gpt2")).isEmpty())
                .isEqualTo(isDirect);
        assertThat(proxies.of(URI.create("http://other.net"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"socks5://user:secret@proxy:1", "https://secret", "http://[secret"})
    void aProxyOfAnotherKindIsRefused(String address) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HubSettings.of(Map.of("https_proxy", address)))
                .withMessage(
                        "HTTPS_PROXY: expected a proxy as http://HOST:PORT or"
                                + " http://USER:PASSWORD@HOST:PORT, found another form; correct or"
                                + " unset it");
    }

    private String ask(String endpoint, String variable, String user) {
        HubSettings settings =
                HubSettings.of(
                        Map.of(
                                "HF_ENDPOINT",
                                endpoint,
                                "HF_TOKEN",
                                "hf_secret",
                                variable,
                                user + proxy.uri().getAuthority()));
        HubException refused =
                catchThrowableOfType(
                        HubException.class,
                        () -> {
                            try (HubDownload download =
                                    HubDownload.open(HubModel.parse("gpt2"), settings, staging)) {
                                download.run(DownloadListener.NONE);
                            }
                        });
        return String.valueOf(refused.getMessage());
    }

    private static void refuse(Request request, Reply reply) throws IOException {
        reply.head(407, "Proxy-Authenticate: Basic realm=\"x\"", "Content-Length: 0");
    }
}
