package io.forestage.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.forestage.hub.DownloadListener;
import io.forestage.hub.HubException;
import io.forestage.model.ImportOptions;
import io.forestage.model.ImportReport;
import io.forestage.model.ModelConfig;
import io.forestage.model.ModelVerification;
import io.forestage.testing.TinyModel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Imports from the hub, with a server on loopback that does not support ranges. */
class ImportSourceTest {

    private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

    @TempDir Path temporary;

    private final List<String> warnings = new ArrayList<>();
    private HttpServer server;
    private Path published;

    @BeforeEach
    void serve() throws IOException {
        published = TinyModel.write(temporary.resolve("published"));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/openai-community/gpt2/resolve/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void aModelOnTheHubIsImportedIntoAFolder() throws IOException {
        Path target = temporary.resolve("models/gpt2");

        ImportReport report = source("gpt2").importInto(target, ImportOptions.defaults());

        assertThat(report.loaded()).hasSize(2);
        assertThat(warnings).isEmpty();
        assertThat(ModelConfig.read(target).nEmbd()).isEqualTo(TinyModel.WIDTH);
        assertThat(ModelVerification.of(target).found())
                .isEqualTo(ModelVerification.of(published).found());
        assertThat(target.resolve("provenance.json"))
                .content()
                .contains("openai-community/gpt2@" + COMMIT);
        try (Stream<Path> left = Files.list(target.getParent())) {
            assertThat(left).containsExactly(target);
        }
    }

    @Test
    void anUnencryptedTokenIsWarnedOf() throws IOException {
        source("gpt2", Map.of("HF_TOKEN", "hf_secret"))
                .importInto(temporary.resolve("gpt2"), ImportOptions.defaults());

        assertThat(warnings).hasSize(1);
        assertThat(warnings.get(0)).contains("HF_TOKEN", "unencrypted").doesNotContain("secret");
    }

    @Test
    void aModelThatTheHubDoesNotHaveIsReported() {
        Path target = temporary.resolve("gpt2-xl");

        assertThatExceptionOfType(HubException.class)
                .isThrownBy(() -> source("gpt2-xl").importInto(target, ImportOptions.defaults()))
                .withMessageContaining("gpt2-xl")
                .withMessageContaining("forestage import PATH");
        assertThat(target).doesNotExist();
    }

    private ImportSource source(String name) {
        return source(name, Map.of());
    }

    private ImportSource source(String name, Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(more);
        environment.put("HF_ENDPOINT", "http://127.0.0.1:" + server.getAddress().getPort());
        return new ImportSource(name, environment, DownloadListener.NONE, warnings::add);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        Path file = published.resolve(path.substring(path.lastIndexOf('/') + 1));
        exchange.getResponseHeaders().set("X-Repo-Commit", COMMIT);
        try (exchange) {
            if (Files.exists(file)) {
                exchange.sendResponseHeaders(200, Files.size(file));
                Files.copy(file, exchange.getResponseBody());
            } else {
                exchange.sendResponseHeaders(404, -1);
            }
        }
    }
}
