package io.forestage.hub;

import static io.forestage.hub.SmallGpt2.FILE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A hub elsewhere must not redirect to servers that only this machine or its network can reach. */
class RedirectTargetTest {

    private final Path staging;
    private final ScriptedServer inside =
            new ScriptedServer(
                    (request, reply) -> Stored.page("{}").respond(none(), request, reply));
    private volatile String location = "";

    /** Responds in the place of the hub, whose name has no address here. */
    private final ScriptedServer proxy =
            new ScriptedServer(
                    (request, reply) -> Stored.redirect(location).respond(none(), request, reply));

    RedirectTargetTest(@TempDir Path folder) throws IOException {
        this.staging = folder.resolve("staging");
    }

    @AfterEach
    void closeServers() {
        inside.close();
        proxy.close();
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, this machine",
        "2130706433, this machine",
        "127.255.0.9, this machine",
        "localhost, this machine",
        "0.0.0.0, this machine",
        "[::1], this machine",
        "[::], this machine",
        "[::ffff:127.0.0.1], this machine",
        "[64:ff9b::7f00:1], this machine",
        "169.254.169.254, a link-local address",
        "[fe80::1], a link-local address",
        "10.1.2.3, a private address",
        "172.16.0.1, a private address",
        "172.31.255.255, a private address",
        "192.168.0.1, a private address",
        "100.64.0.1, a private address",
        "[fd00::1], a private address",
        "[::ffff:10.0.0.1], a private address",
        "224.0.0.1, a multicast address",
        "255.255.255.255, a reserved address"
    })
    void aRedirectIsRefused(String host, String what) {
        location = "http://%s:%d/config.json".formatted(host, inside.uri().getPort());

        assertRefused("found a redirect to " + what);
        assertThat(inside.requests()).isEmpty();
        assertThat(proxy.requests()).hasSize(1);
    }

    @Test
    void aHubOnThisMachineMayRedirectToThisMachine() throws IOException {
        try (FakeHub hub = new FakeHub()) {
            hub.put(FILE, SmallGpt2.bytes());
            try (HubDownload download =
                    HubDownload.open(HubModel.parse("gpt2"), hub.settings(), staging)) {
                assertThat(download.run(DownloadListener.NONE).resolve(FILE)).exists();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"169.254.169.254", "10.0.0.1", "[fd00::1]"})
    void aHubOnThisMachineMayNotRedirectIntoItsNetwork(String host) throws IOException {
        try (FakeHub hub = new FakeHub()) {
            hub.atHub("config.json", Stored.redirect("http://" + host + "/config.json"));
            assertThatExceptionOfType(HubException.class)
                    .isThrownBy(
                            () -> {
                                try (HubDownload download =
                                        HubDownload.open(
                                                HubModel.parse("gpt2"), hub.settings(), staging)) {
                                    download.run(DownloadListener.NONE);
                                }
                            })
                    .withMessageContaining("found a redirect to a ");
        }
    }

    private static Stored none() {
        return new Stored(new byte[0]);
    }

    private void assertRefused(String message) {
        HubSettings settings =
                HubSettings.of(
                                Map.of(
                                        "HF_ENDPOINT",
                                        "http://hub.invalid",
                                        "HTTP_PROXY",
                                        "http://" + proxy.uri().getAuthority(),
                                        "NO_PROXY",
                                        "127.0.0.1"))
                        .with(FakeHub.QUICK);
        assertThatExceptionOfType(HubException.class)
                .isThrownBy(
                        () -> {
                            try (HubDownload download =
                                    HubDownload.open(HubModel.parse("gpt2"), settings, staging)) {
                                download.run(DownloadListener.NONE);
                            }
                        })
                .withMessageContaining(message)
                .withMessageContaining("HF_ENDPOINT");
    }
}
