package io.forestage.hub;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/** Sorts and words what the JDK's client fails with. */
final class ConnectionFailure {

    private ConnectionFailure() {}

    static HttpTimeoutException silence(Duration waited) {
        return new HttpTimeoutException("no byte for %d ms".formatted(waited.toMillis()));
    }

    /** Why a request failed; the client often leaves the reason to a cause. */
    static String reason(@Nullable Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof UnresolvedAddressException
                    || each instanceof UnknownHostException) {
                return "no host of that name (is the network there?)";
            }
        }
        if (failure instanceof ConnectException) {
            return "no connection";
        }
        if (!(failure instanceof IOException)) {
            return "headers that are no HTTP";
        }
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }

    /** Tells whether there was nobody to answer, rather than an answer that was cut. */
    static boolean isUnreachable(@Nullable Throwable failure) {
        return failure instanceof ConnectException
                || failure instanceof NoRouteToHostException
                || failure instanceof UnknownHostException
                || failure instanceof HttpTimeoutException;
    }

    /**
     * Tells whether a new try would end alike: no trust in the certificate, or headers with a
     * number that is none, which the client passes on as it meets it.
     */
    static boolean isFinal(@Nullable Throwable failure) {
        return failure instanceof SSLHandshakeException || !(failure instanceof IOException);
    }
}
