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

/** Classifies failures of the JDK's HTTP client and describes them for messages. */
final class ConnectionFailure {

    private ConnectionFailure() {}

    static HttpTimeoutException silence(Duration waited) {
        return new HttpTimeoutException("no byte for %d ms".formatted(waited.toMillis()));
    }

    /** Returns why a request failed; the reason is often in a cause. */
    static String reason(@Nullable Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof UnresolvedAddressException
                    || each instanceof UnknownHostException) {
                return "unknown host (is the network up?)";
            }
        }
        if (failure instanceof ConnectException) {
            return "no connection";
        }
        if (!(failure instanceof IOException)) {
            return "malformed HTTP headers";
        }
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }

    /** Returns whether no server was reached, as opposed to a response that was cut off. */
    static boolean isUnreachable(@Nullable Throwable failure) {
        return failure instanceof ConnectException
                || failure instanceof NoRouteToHostException
                || failure instanceof UnknownHostException
                || failure instanceof HttpTimeoutException;
    }

    /**
     * Returns whether retrying is pointless: an untrusted certificate, or a malformed numeric
     * header, which the client rethrows unwrapped.
     */
    static boolean isFinal(@Nullable Throwable failure) {
        return failure instanceof SSLHandshakeException || !(failure instanceof IOException);
    }
}
