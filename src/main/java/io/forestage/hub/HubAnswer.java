package io.forestage.hub;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One answer of a server: its headers, and its bytes as they come. */
final class HubAnswer implements AutoCloseable {

    /** More than any redirect or complaint says; beyond it a new connection is cheaper. */
    private static final long MOST_SKIPPED = 1 << 16;

    private final URI asked;
    private final URI answering;
    private final AnswerHead head;
    private final BodyFlow body;
    private final Duration stall;
    private final Pace pace;

    /**
     * Takes an answer over.
     *
     * @param asked what was asked of the hub
     * @param answering who answered, after redirects
     */
    HubAnswer(URI asked, URI answering, AnswerHead head, BodyFlow body, HubPatience patience) {
        this.asked = asked;
        this.answering = answering;
        this.head = head;
        this.body = body;
        this.stall = patience.stall();
        this.pace = new Pace(patience.leastRate());
    }

    AnswerHead head() {
        return head;
    }

    URI answering() {
        return answering;
    }

    boolean isRedirected() {
        return !Origin.of(asked).equals(Origin.of(answering));
    }

    /** True for the answer of a proxy that did not connect to the server. */
    boolean isOfProxy() {
        return head.status() == 407 || body.isMissing();
    }

    boolean isAbsent() {
        return head.status() == 404;
    }

    /** Waits for the next bytes; null at the end. A server that is too slow is left. */
    @Nullable ByteBuffer next() throws CutException, HubException {
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

    /** Reads what nobody needs, so that the connection can be used again. */
    void skip() {
        try {
            body.skip(MOST_SKIPPED, stall);
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

    ChangedException changed(String expected, String found) {
        return new ChangedException(
                problem(expected, found, "try later, " + HubException.OTHER_WAY));
    }

    CutException cut(String found, @Nullable Throwable cause) {
        return new CutException(
                HubException.of(
                        asked,
                        "the whole answer",
                        found,
                        "start the download again, which goes on where it stopped, "
                                + HubException.OTHER_WAY,
                        cause),
                null);
    }

    @Override
    public void close() {
        body.close();
    }
}
