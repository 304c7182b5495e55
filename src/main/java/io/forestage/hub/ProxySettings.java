package io.forestage.hub;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The proxies for https and http from the environment, and the hosts to reach without one. */
final class ProxySettings extends ProxySelector {

    private final Map<String, ProxyAddress> byScheme;
    private final List<String> noProxy;

    private ProxySettings(Map<String, ProxyAddress> byScheme, List<String> noProxy) {
        this.byScheme = byScheme;
        this.noProxy = noProxy;
    }

    static ProxySettings of(Map<String, String> environment) {
        Map<String, ProxyAddress> byScheme = new HashMap<>();
        for (String scheme : List.of("https", "http")) {
            String variable = scheme + "_proxy";
            String value = value(environment, variable);
            if (!value.isEmpty()) {
                byScheme.put(scheme, ProxyAddress.parse(variable.toUpperCase(Locale.ROOT), value));
            }
        }
        List<String> noProxy =
                Arrays.stream(value(environment, "no_proxy").toLowerCase(Locale.ROOT).split(","))
                        .map(entry -> entry.strip().replaceFirst("^\\*?\\.", ""))
                        .filter(entry -> !entry.isEmpty())
                        .toList();
        return new ProxySettings(byScheme, noProxy);
    }

    boolean isEmpty() {
        return byScheme.isEmpty();
    }

    Optional<ProxyAddress> of(URI address) {
        HubSettings.Origin origin = HubSettings.Origin.of(address);
        return noProxy.stream().anyMatch(entry -> matches(entry, origin))
                ? Optional.empty()
                : Optional.ofNullable(byScheme.get(origin.scheme()));
    }

    @Override
    public List<Proxy> select(URI address) {
        return List.of(of(address).map(ProxyAddress::toProxy).orElse(Proxy.NO_PROXY));
    }

    @Override
    public void connectFailed(URI address, SocketAddress proxy, IOException failure) {
        // The request fails, and there is no second proxy to try.
    }

    private static boolean matches(String entry, HubSettings.Origin origin) {
        String port = ":" + origin.port();
        String host =
                entry.endsWith(port) ? entry.substring(0, entry.length() - port.length()) : entry;
        return host.equals("*") || origin.host().equals(host) || origin.host().endsWith("." + host);
    }

    /** Returns a variable's value; the name in lower case has precedence, as in curl. */
    private static String value(Map<String, String> environment, String variable) {
        String lowerCase = environment.getOrDefault(variable, "").strip();
        return lowerCase.isEmpty()
                ? environment.getOrDefault(variable.toUpperCase(Locale.ROOT), "").strip()
                : lowerCase;
    }

    /** A proxy, and the value of its Proxy-Authorization header, if it requires a login. */
    record ProxyAddress(String host, int port, @Nullable String authorization) {

        static ProxyAddress parse(String variable, String text) {
            try {
                URI uri = URI.create(text.contains("://") ? text : "http://" + text);
                if ("http".equalsIgnoreCase(uri.getScheme()) && uri.getHost() != null) {
                    int port = uri.getPort() < 0 ? 80 : uri.getPort();
                    return new ProxyAddress(uri.getHost(), port, login(uri.getUserInfo()));
                }
            } catch (IllegalArgumentException noAddress) {
                // Refused below, without the text, which may hold a password.
            }
            throw new IllegalArgumentException(
                    "%s: expected a proxy as http://HOST:PORT or http://USER:PASSWORD@HOST:PORT, found another form; correct or unset it"
                            .formatted(variable));
        }

        Proxy toProxy() {
            return new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(host, port));
        }

        @Override
        public String toString() {
            return host + ":" + port;
        }

        private static @Nullable String login(@Nullable String user) {
            return user == null
                    ? null
                    : "Basic "
                            + Base64.getEncoder()
                                    .encodeToString(user.getBytes(StandardCharsets.UTF_8));
        }
    }
}
