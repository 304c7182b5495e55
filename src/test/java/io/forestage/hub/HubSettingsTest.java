package io.forestage.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HubSettingsTest {

    @Test
    void withoutVariablesItIsHuggingFacesHub() {
        HubSettings settings = HubSettings.of(Map.of());

        assertThat(settings.endpoint()).isEqualTo(URI.create("https://huggingface.co"));
        assertThat(settings.tokenFor(settings.endpoint())).isEmpty();
        assertThat(settings.proxies().isEmpty()).isTrue();
        assertThat(settings).hasToString("https://huggingface.co, without token");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://huggingface.co.evil.org/gpt2",
                "http://huggingface.co/gpt2",
                "https://huggingface.co:8443/gpt2",
                "https://cdn.huggingface.co/gpt2"
            })
    void theTokenIsForOneServerOnly(String other) {
        HubSettings settings = HubSettings.of(Map.of("HF_TOKEN", " hf_x\n"));

        assertThat(settings.tokenFor(URI.create(other))).isEmpty();
        assertThat(settings.tokenFor(URI.create("https://HuggingFace.co:443/gpt2")))
                .contains("hf_x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "huggingface.co",
                "ftp://secret.org",
                "https://user:secret@hub.org",
                "https://hub.org?secret",
                "https://hub.org#secret",
                "https:///secret",
                "http://["
            })
    void anotherEndpointIsRefused(String endpoint) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HubSettings.of(Map.of("HF_ENDPOINT", endpoint)))
                .withMessage(
                        "HF_ENDPOINT: expected an address as https://huggingface.co, found another"
                                + " form");
    }

    @Test
    void aTokenThatIsNoneIsRefusedAndNotShown() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HubSettings.of(Map.of("HF_TOKEN", "hf\r\nsecret")))
                .withMessage(
                        "HF_TOKEN: expected a token of letters and digits, found other characters");
    }

    @Test
    void aTokenThatGoesUnencryptedIsWarnedOf() {
        assertThat(
                        HubSettings.of(Map.of("HF_TOKEN", "hf_x", "HF_ENDPOINT", "http://hub.org"))
                                .warning())
                .hasValueSatisfying(
                        warning ->
                                assertThat(warning)
                                        .contains("HF_TOKEN is sent to http://hub.org unencrypted")
                                        .doesNotContain("hf_x"));
        assertThat(HubSettings.of(Map.of("HF_ENDPOINT", "http://hub.org")).warning()).isEmpty();
        assertThat(HubSettings.of(Map.of("HF_TOKEN", "hf_x")).warning()).isEmpty();
    }

    @Test
    void aLeastRateIsPositive() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RetryPolicy.LeastRate(0, Duration.ofSeconds(1)))
                .withMessage("bytes of the least rate: expected 1 or more, found 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RetryPolicy.LeastRate(1, Duration.ZERO))
                .withMessage("window of the least rate: expected a positive duration, found PT0S");
    }

    @Test
    void patienceIsPositive() {
        RetryPolicy usual = RetryPolicy.DEFAULT;
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                new RetryPolicy(
                                        usual.connect(),
                                        Duration.ZERO,
                                        usual.leastRate(),
                                        1,
                                        usual.firstPause(),
                                        usual.longestPause()))
                .withMessage("stall: expected a positive duration, found PT0S");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                new RetryPolicy(
                                        usual.connect(),
                                        usual.stall(),
                                        usual.leastRate(),
                                        -1,
                                        usual.firstPause(),
                                        usual.longestPause()))
                .withMessage("tries: expected 0 or more, found -1");
    }
}
