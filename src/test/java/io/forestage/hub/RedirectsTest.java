package io.forestage.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Redirects between https and http, which servers on loopback cannot test. */
class RedirectsTest {

    @Test
    void fromHttpsToHttpIsRefused() {
        Redirects path =
                new Redirects(URI.create("https://hub.org/a"), URI.create("https://hub.org"));

        assertThatExceptionOfType(HubException.class)
                .isThrownBy(() -> path.follow(to("http://store.org/a?secret")))
                .withMessage(
                        "https://hub.org/a: expected the file or a redirect to it, found a redirect"
                            + " from https to http at store.org; check HF_ENDPOINT and the proxy,"
                            + " or fetch the model's files by other means and import them:"
                            + " forestage import PATH --model DIR");
    }

    @Test
    void fromHttpToHttpsIsFollowed() throws HubException {
        Redirects path =
                new Redirects(URI.create("http://203.0.113.1/a"), URI.create("http://203.0.113.1"));

        path.follow(to("https://203.0.113.1/a"));
        path.follow(to("b"));

        assertThat(path.current()).isEqualTo(URI.create("https://203.0.113.1/b"));
    }

    private static ResponseHeaders to(String location) {
        return new ResponseHeaders(
                302,
                List.of(
                        HttpHeaders.of(
                                Map.of("Location", List.of(location)), (name, value) -> true)));
    }
}
