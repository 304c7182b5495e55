package io.forestage.hub;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** A proxy, and the header with which one logs in there. */
record ProxyAddress(String host, int port, @Nullable String authorization) {

    static ProxyAddress parse(String variable, String text) {
        try {
            URI uri = URI.create(text.contains("://") ? text : "http://" + text);
            if ("http".equalsIgnoreCase(uri.getScheme()) && uri.getHost() != null) {
                int port = uri.getPort() < 0 ? 80 : uri.getPort();
                return new ProxyAddress(uri.getHost(), port, login(uri.getUserInfo()));
            }
        } catch (IllegalArgumentException noAddress) {
            // Told below, and without its text, which may hold a password.
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
                        + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
    }
}
