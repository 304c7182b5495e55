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
                        "HF_ENDPOINT: expected an http or https address such as"
                                + " https://huggingface.co, without user, query or fragment, found"
                                + " another form; correct or unset it");
    }

    @Test
    void aMalformedTokenIsRefusedAndNotShown() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HubSettings.of(Map.of("HF_TOKEN", "hf\r\nsecret")))
                .withMessage(
                        "HF_TOKEN: expected up to 4096 visible ASCII characters, found others; copy"
                                + " the token from the hub again");
    }

    @Test
    void anUnencryptedTokenCausesAWarning() {
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
    void aMinimumRateMustBePositive() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RetryPolicy.MinRate(0, Duration.ofSeconds(1)))
                .withMessage("minRate.bytes: expected 1 or more, found 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RetryPolicy.MinRate(1, Duration.ZERO))
                .withMessage("minRate.window: expected a positive duration, found PT0S");
    }

    @Test
    void aRetryPolicysValuesMustBePositive() {
        RetryPolicy defaults = RetryPolicy.DEFAULT;
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                new RetryPolicy(
                                        defaults.connect(),
                                        Duration.ZERO,
                                        defaults.minRate(),
                                        1,
                                        defaults.firstPause(),
                                        defaults.maxPause()))
                .withMessage("stall: expected a positive duration, found PT0S");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                new RetryPolicy(
                                        defaults.connect(),
                                        defaults.stall(),
                                        defaults.minRate(),
                                        -1,
                                        defaults.firstPause(),
                                        defaults.maxPause()))
                .withMessage("tries: expected 0 or more, found -1");
    }
}
