package io.forestage.hub;

import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The hub's address, token and proxies, read from environment variables, and a retry policy. */
public final class HubSettings {

    private static final String ENDPOINT = "HF_ENDPOINT";
    private static final String TOKEN = "HF_TOKEN";
    private static final String OFFLINE = "HF_HUB_OFFLINE";

    private static final String DEFAULT_ENDPOINT = "https://huggingface.co";
    private static final Set<String> YES = Set.of("1", "on", "yes", "true");
    private static final Pattern HEADER_SAFE = Pattern.compile("[!-~]{1,4096}");

    private final URI endpoint;
    private final @Nullable String token;
    private final ProxySettings proxies;
    private final boolean offline;
    private final RetryPolicy retryPolicy;

    private HubSettings(
            URI endpoint,
            @Nullable String token,
            ProxySettings proxies,
            boolean offline,
            RetryPolicy retryPolicy) {
        this.endpoint = endpoint;
        this.token = token;
        this.proxies = proxies;
        this.offline = offline;
        this.retryPolicy = retryPolicy;
    }

    /**
     * Reads the settings.
     *
     * @param environment usually {@link System#getenv()}; {@code HF_ENDPOINT}, {@code HF_TOKEN},
     *     {@code HF_HUB_OFFLINE}, {@code HTTPS_PROXY}, {@code HTTP_PROXY} and {@code NO_PROXY} are
     *     read, the last three also in lower case
     * @return the settings, with {@link RetryPolicy#DEFAULT}
     * @throws IllegalArgumentException if a variable has an invalid value
     */
    public static HubSettings of(Map<String, String> environment) {
        return new HubSettings(
                endpoint(environment.getOrDefault(ENDPOINT, "").strip()),
                token(environment.getOrDefault(TOKEN, "").strip()),
                ProxySettings.of(environment),
                YES.contains(
                        environment.getOrDefault(OFFLINE, "").strip().toLowerCase(Locale.ROOT)),
                RetryPolicy.DEFAULT);
    }

    /**
     * Returns the same settings with another retry policy.
     *
     * @param other waiting times and retries
     * @return the settings
     */
    public HubSettings with(RetryPolicy other) {
        return new HubSettings(endpoint, token, proxies, offline, other);
    }

    /** Returns the hub's http or https address, without a trailing slash. */
    public URI endpoint() {
        return endpoint;
    }

    /**
     * Returns a warning about the settings.
     *
     * @return a sentence; empty if there is nothing to warn about
     */
    public Optional<String> warning() {
        return token == null || Origin.of(endpoint).isSecure()
                ? Optional.empty()
                : Optional.of(
                        "HF_TOKEN is sent to %s unencrypted and can be read on the way; set HF_ENDPOINT to an https address, or unset HF_TOKEN"
                                .formatted(HubException.shown(endpoint)));
    }

    /** Describes the settings without the token. */
    @Override
    public String toString() {
        return "%s, %s token%s"
                .formatted(
                        endpoint, token == null ? "without" : "with a", offline ? ", offline" : "");
    }

    ProxySettings proxies() {
        return proxies;
    }

    RetryPolicy retryPolicy() {
        return retryPolicy;
    }

    /** Returns the token if the address is the hub's own; no other host may see it. */
    Optional<String> tokenFor(URI address) {
        return Origin.of(address).equals(Origin.of(endpoint))
                ? Optional.ofNullable(token)
                : Optional.empty();
    }

    void requireOnline(HubModel model) throws HubException {
        if (offline) {
            throw HubException.of(
                    "%s at %s".formatted(model, HubException.shown(endpoint)),
                    "network access",
                    OFFLINE + " set",
                    "unset it, " + HubException.OTHER_WAY,
                    null);
        }
    }

    private static URI endpoint(String text) {
        String address = text.isEmpty() ? DEFAULT_ENDPOINT : text.replaceAll("/+$", "");
        try {
            URI uri = URI.create(address);
            String scheme = Objects.requireNonNullElse(uri.getScheme(), "");
            boolean known = scheme.equals("https") || scheme.equals("http");
            if (known
                    && uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null) {
                return uri;
            }
        } catch (IllegalArgumentException noAddress) {
            // Refused below, without the text: a value set by mistake may be secret.
        }
        throw new IllegalArgumentException(
                "%s: expected an http or https address such as %s, without user, query or fragment, found another form; correct or unset it"
                        .formatted(ENDPOINT, DEFAULT_ENDPOINT));
    }

    private static @Nullable String token(String text) {
        if (text.isEmpty()) {
            return null;
        }
        if (!HEADER_SAFE.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    TOKEN
                            + ": expected up to 4096 visible ASCII characters, found others; copy"
                            + " the token from the hub again");
        }
        return text;
    }

    /** The server of an address: scheme, host and port. */
    record Origin(String scheme, String host, int port) {

        static Origin of(URI address) {
            String scheme =
                    Objects.requireNonNullElse(address.getScheme(), "").toLowerCase(Locale.ROOT);
            String host =
                    Objects.requireNonNullElse(address.getHost(), "").toLowerCase(Locale.ROOT);
            int port = address.getPort();
            return new Origin(scheme, host, port >= 0 ? port : isSecure(scheme) ? 443 : 80);
        }

        boolean isSecure() {
            return isSecure(scheme);
        }

        private static boolean isSecure(String scheme) {
            return scheme.equals("https");
        }
    }
}
