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

/** The proxies that the environment names for https and http, and the hosts that need none. */
final class ProxySettings extends ProxySelector {

    private final Map<String, ProxyAddress> byScheme;
    private final List<String> direct;

    private ProxySettings(Map<String, ProxyAddress> byScheme, List<String> direct) {
        this.byScheme = byScheme;
        this.direct = direct;
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
        List<String> direct =
                Arrays.stream(value(environment, "no_proxy").toLowerCase(Locale.ROOT).split(","))
                        .map(entry -> entry.strip().replaceFirst("^\\*?\\.", ""))
                        .filter(entry -> !entry.isEmpty())
                        .toList();
        return new ProxySettings(byScheme, direct);
    }

    boolean isEmpty() {
        return byScheme.isEmpty();
    }

    Optional<ProxyAddress> of(URI address) {
        HubSettings.Origin origin = HubSettings.Origin.of(address);
        return direct.stream().anyMatch(entry -> isMeant(entry, origin))
                ? Optional.empty()
                : Optional.ofNullable(byScheme.get(origin.scheme()));
    }

    @Override
    public List<Proxy> select(URI address) {
        return List.of(of(address).map(ProxyAddress::toProxy).orElse(Proxy.NO_PROXY));
    }

    @Override
    public void connectFailed(URI address, SocketAddress proxy, IOException failure) {
        // The request fails with it, and there is no second proxy to turn to.
    }

    private static boolean isMeant(String entry, HubSettings.Origin origin) {
        String port = ":" + origin.port();
        String host =
                entry.endsWith(port) ? entry.substring(0, entry.length() - port.length()) : entry;
        return host.equals("*") || origin.host().equals(host) || origin.host().endsWith("." + host);
    }

    /** Lower case first, as in curl. */
    private static String value(Map<String, String> environment, String variable) {
        String small = environment.getOrDefault(variable, "").strip();
        return small.isEmpty()
                ? environment.getOrDefault(variable.toUpperCase(Locale.ROOT), "").strip()
                : small;
    }

    /** A proxy, and the header that logs in there. */
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
                    variable
                            + ": expected a proxy as http://HOST:PORT or"
                            + " http://USER:PASSWORD@HOST:PORT, found another form");
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
