package io.forestage.hub;

import java.io.IOException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The proxies that the environment names for https and http, and the hosts that need none. */
final class EnvironmentProxies extends ProxySelector {

    private final Map<String, ProxyAddress> byScheme;
    private final List<String> direct;

    private EnvironmentProxies(Map<String, ProxyAddress> byScheme, List<String> direct) {
        this.byScheme = byScheme;
        this.direct = direct;
    }

    static EnvironmentProxies of(Map<String, String> environment) {
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
        return new EnvironmentProxies(byScheme, direct);
    }

    boolean isEmpty() {
        return byScheme.isEmpty();
    }

    Optional<ProxyAddress> of(URI address) {
        Origin origin = Origin.of(address);
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

    private static boolean isMeant(String entry, Origin origin) {
        String port = ":" + origin.port();
        String host =
                entry.endsWith(port) ? entry.substring(0, entry.length() - port.length()) : entry;
        return host.equals("*") || origin.host().equals(host) || origin.host().endsWith("." + host);
    }

    /** Small letters first, as curl has it. */
    private static String value(Map<String, String> environment, String variable) {
        String small = environment.getOrDefault(variable, "").strip();
        return small.isEmpty()
                ? environment.getOrDefault(variable.toUpperCase(Locale.ROOT), "").strip()
                : small;
    }
}
