package io.forestage.hub;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A response's body, read by one thread with a timeout: the JDK's own streams block until the
 * server sends something. At most one of the client's chunks is in memory.
 */
final class ResponseBody implements Flow.Subscriber<List<ByteBuffer>>, AutoCloseable {

    private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();
    private final Queue<ByteBuffer> buffers = new ArrayDeque<>();
    private Flow.@Nullable Subscription subscription;
    private boolean missing;
    private boolean ended;
    private volatile boolean closed;

    private ResponseBody() {}

    /** Wraps the body; null when a proxy refused CONNECT, for which the JDK client has no body. */
    static ResponseBody of(Flow.@Nullable Publisher<List<ByteBuffer>> publisher) {
        ResponseBody body = new ResponseBody();
        if (publisher == null) {
            body.missing = true;
            body.ended = true;
        } else {
            publisher.subscribe(body);
        }
        return body;
    }

    private sealed interface Signal {}

    private record Subscribed(Flow.Subscription subscription) implements Signal {}

    private record Bytes(List<ByteBuffer> buffers) implements Signal {}

    private record Failed(Throwable failure) implements Signal {}

    private record Ended() implements Signal {}

    boolean isMissing() {
        return missing;
    }

    /**
     * Waits for the next bytes.
     *
     * @return at least one byte, or null at the end
     */
    @Nullable ByteBuffer next(Duration stall) throws IOException, InterruptedException {
        while (!ended) {
            ByteBuffer buffer = buffers.poll();
            if (buffer == null) {
                take(stall);
            } else if (buffer.hasRemaining()) {
                return buffer;
            }
        }
        return null;
    }

    /** Reads to the end, so that the connection can be reused, unless that takes too long. */
    void skip(long maxBytes, Duration maxTime) throws IOException, InterruptedException {
        long start = System.nanoTime();
        long skipped = 0;
        for (ByteBuffer buffer = next(maxTime);
                buffer != null
                        && skipped < maxBytes
                        && System.nanoTime() - start < maxTime.toNanos();
                buffer = next(maxTime)) {
            skipped += buffer.remaining();
            buffer.position(buffer.limit());
        }
    }

    /** Closes the connection if the body has not ended. */
    @Override
    public void close() {
        closed = true;
        // The subscription may still be in the queue. If it arrives later, onSubscribe cancels it.
        if (subscription == null && signals.peek() instanceof Subscribed subscribed) {
            subscription = subscribed.subscription();
        }
        if (!ended && subscription != null) {
            subscription.cancel();
        }
        ended = true;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        signals.add(new Subscribed(subscription));
        if (closed) {
            subscription.cancel();
        }
    }

    @Override
    public void onNext(List<ByteBuffer> item) {
        signals.add(new Bytes(item));
    }

    @Override
    public void onError(Throwable failure) {
        signals.add(new Failed(failure));
    }

    @Override
    public void onComplete() {
        signals.add(new Ended());
    }

    private void take(Duration stall) throws IOException, InterruptedException {
        Signal signal = signals.poll(stall.toMillis(), TimeUnit.MILLISECONDS);
        if (signal == null) {
            throw ConnectionFailure.silence(stall);
        } else if (signal instanceof Subscribed subscribed) {
            subscription = subscribed.subscription();
            subscription.request(1);
        } else if (signal instanceof Bytes bytes) {
            buffers.addAll(bytes.buffers());
            if (subscription != null) {
                subscription.request(1);
            }
        } else if (signal instanceof Failed failed) {
            ended = true;
            throw new IOException(failed.failure().getMessage(), failed.failure());
        } else {
            ended = true;
        }
    }
}
