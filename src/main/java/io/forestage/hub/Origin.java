package io.forestage.hub;

import java.net.URI;
import java.util.Locale;
import java.util.Objects;

/** Whom an address asks: one server, to the port. */
record Origin(String scheme, String host, int port) {

    static Origin of(URI address) {
        String scheme =
                Objects.requireNonNullElse(address.getScheme(), "").toLowerCase(Locale.ROOT);
        String host = Objects.requireNonNullElse(address.getHost(), "").toLowerCase(Locale.ROOT);
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
