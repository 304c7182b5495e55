package io.forestage.hub;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A server's response: its headers, and its body while it arrives. */
final class HubResponse implements AutoCloseable {

    /** Bodies of redirects and errors are shorter; beyond it a new connection is cheaper. */
    private static final long MAX_SKIPPED_BYTES = 1 << 16;

    private final URI requested;
    private final URI effectiveAddress;
    private final ResponseHeaders head;
    private final ResponseBody body;
    private final Duration stall;
    private final Pace pace;

    /**
     * Wraps a response.
     *
     * @param requested the address that was requested from the hub
     * @param effectiveAddress the address that sent the response, after redirects
     */
    HubResponse(
            URI requested,
            URI effectiveAddress,
            ResponseHeaders head,
            ResponseBody body,
            RetryPolicy retryPolicy) {
        this.requested = requested;
        this.effectiveAddress = effectiveAddress;
        this.head = head;
        this.body = body;
        this.stall = retryPolicy.stall();
        this.pace = new Pace(retryPolicy.minRate());
    }

    ResponseHeaders head() {
        return head;
    }

    URI effectiveAddress() {
        return effectiveAddress;
    }

    boolean isRedirected() {
        return !HubSettings.Origin.of(requested).equals(HubSettings.Origin.of(effectiveAddress));
    }

    /** Returns whether the response comes from a proxy that did not connect to the server. */
    boolean isFromProxy() {
        return head.status() == 407 || body.isMissing();
    }

    boolean isAbsent() {
        return head.status() == 404;
    }

    /**
     * Waits for the next bytes and returns them, or null at the end. Fails if the server is too
     * slow.
     */
    @Nullable ByteBuffer next() throws TransientException, HubException {
        try {
            long start = System.nanoTime();
            ByteBuffer bytes = body.next(stall);
            if (bytes != null && !pace.keeps(bytes.remaining(), System.nanoTime() - start)) {
                throw cut(pace.found(), null);
            }
            return bytes;
        } catch (IOException failure) {
            throw cut(ConnectionFailure.reason(failure), failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw HubException.interrupted(HubException.shown(requested), interrupted);
        }
    }

    /** Reads and discards the body, so that the connection can be reused. */
    void skip() {
        try {
            body.skip(MAX_SKIPPED_BYTES, stall);
        } catch (IOException unimportant) {
            // The connection is then not reused.
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        close();
    }

    HubException problem(String expected, String found, String remedy) {
        return HubException.of(requested, expected, found, remedy);
    }

    FileChangedException changed(String expected, String found) {
        return new FileChangedException(
                problem(expected, found, "try later, " + HubException.OTHER_WAY));
    }

    TransientException cut(String found, @Nullable Throwable cause) {
        return new TransientException(
                HubException.of(
                        requested,
                        "the whole response",
                        found,
                        "start the download again (it resumes where it stopped), "
                                + HubException.OTHER_WAY,
                        cause),
                null);
    }

    @Override
    public void close() {
        body.close();
    }

    /** Measures a response's rate, window after window. */
    private static final class Pace {

        private final RetryPolicy.MinRate minimum;
        private long bytes;
        private long waited;

        Pace(RetryPolicy.MinRate minimum) {
            this.minimum = minimum;
        }

        /**
         * Counts bytes and the time spent waiting for them. The reader's own time, such as for a
         * slow disk, does not count.
         *
         * @return false if too few bytes came in a window
         */
        boolean keeps(int more, long nanos) {
            bytes += more;
            waited += nanos;
            if (waited < minimum.window().toNanos()) {
                return true;
            }
            if (bytes < minimum.bytes()) {
                return false;
            }
            bytes = 0;
            waited = 0;
            return true;
        }

        /** Returns what was found, for a message. */
        String found() {
            return "only %d bytes in %s s (the minimum is %d)"
                    .formatted(bytes, seconds(minimum.window()), minimum.bytes());
        }

        private static String seconds(Duration time) {
            return String.format(Locale.ROOT, "%.1f", time.toMillis() / 1000.0).replace(".0", "");
        }
    }
}
