package io.forestage.hub;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A server's response: its headers, and its body as it arrives. */
final class HubResponse implements AutoCloseable {

    /** Longer than the body of any redirect or error; beyond it a new connection is cheaper. */
    private static final long MAX_SKIPPED_BYTES = 1 << 16;

    private final URI asked;
    private final URI answering;
    private final ResponseHeaders head;
    private final ResponseBody body;
    private final Duration stall;
    private final Pace pace;

    /**
     * Takes an answer over.
     *
     * @param asked what was asked of the hub
     * @param answering who answered, after redirects
     */
    HubResponse(
            URI asked,
            URI answering,
            ResponseHeaders head,
            ResponseBody body,
            RetryPolicy patience) {
        this.asked = asked;
        this.answering = answering;
        this.head = head;
        this.body = body;
        this.stall = patience.stall();
        this.pace = new Pace(patience.leastRate());
    }

    ResponseHeaders head() {
        return head;
    }

    URI answering() {
        return answering;
    }

    boolean isRedirected() {
        return !HubSettings.Origin.of(asked).equals(HubSettings.Origin.of(answering));
    }

    /** Whether the response is that of a proxy that did not connect to the server. */
    boolean isOfProxy() {
        return head.status() == 407 || body.isMissing();
    }

    boolean isAbsent() {
        return head.status() == 404;
    }

    /** Waits for the next bytes; null at the end. Fails if the server is too slow. */
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
            throw HubException.interrupted(HubException.shown(asked), interrupted);
        }
    }

    /** Reads and drops the body, so that the connection can be reused. */
    void skip() {
        try {
            body.skip(MAX_SKIPPED_BYTES, stall);
        } catch (IOException unimportant) {
            // Then the connection is not used again.
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        close();
    }

    HubException problem(String expected, String found, String remedy) {
        return HubException.of(asked, expected, found, remedy);
    }

    FileChangedException changed(String expected, String found) {
        return new FileChangedException(
                problem(expected, found, "try later, " + HubException.OTHER_WAY));
    }

    TransientException cut(String found, @Nullable Throwable cause) {
        return new TransientException(
                HubException.of(
                        asked,
                        "the whole response",
                        found,
                        "start the download again, which resumes where it stopped, "
                                + HubException.OTHER_WAY,
                        cause),
                null);
    }

    @Override
    public void close() {
        body.close();
    }

    /** Measures one response against the least rate, window after window. */
    private static final class Pace {

        private final RetryPolicy.LeastRate least;
        private long bytes;
        private long waited;

        Pace(RetryPolicy.LeastRate least) {
            this.least = least;
        }

        /**
         * Counts bytes and the time spent waiting for them. Time that the reader itself needs, such
         * as to write to a slow disk, does not count.
         *
         * @return false if a window has ended in which too few bytes came
         */
        boolean keeps(int more, long nanos) {
            bytes += more;
            waited += nanos;
            if (waited < least.window().toNanos()) {
                return true;
            }
            if (bytes < least.bytes()) {
                return false;
            }
            bytes = 0;
            waited = 0;
            return true;
        }

        /** What was found, for a message. */
        String found() {
            return "%d bytes in %s s or more, expected at least %d"
                    .formatted(bytes, seconds(least.window()), least.bytes());
        }

        private static String seconds(Duration time) {
            return String.format(Locale.ROOT, "%.1f", time.toMillis() / 1000.0).replace(".0", "");
        }
    }
}
