package io.forestage.weights;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * SHA-256 over a tensor's values as little-endian float32, whatever type they are stored in. A
 * separate thread computes it while the caller reads or writes.
 */
public final class FloatChecksum implements WritableByteChannel {

    private static final int PIECES = 8;

    private final ElementType type;
    private final FloatConversion widening;
    private final ByteBuffer floats;
    private final MessageDigest digest = sha256();
    private final ExecutorService thread = BackgroundThread.named("forestage-checksum");
    private final BlockingQueue<ByteBuffer> free = new ArrayBlockingQueue<>(PIECES);
    private ByteBuffer piece = littleEndian(TensorChunks.CHUNK);
    private @Nullable String hex;
    private CompletableFuture<?> done = CompletableFuture.completedFuture(null);

    /**
     * Starts a checksum.
     *
     * @param type the type of the little-endian elements that will be written
     * @throws IllegalArgumentException if it is not a floating-point type
     */
    public FloatChecksum(ElementType type) {
        if (!type.isFloatingPoint()) {
            throw new IllegalArgumentException(
                    "expected F16, BF16, F32 or F64, found %s".formatted(type));
        }
        this.type = type;
        int elements = TensorChunks.CHUNK / type.bytes();
        widening = new FloatConversion(type, elements);
        floats = littleEndian(elements * Float.BYTES);
        for (int i = 1; i < PIECES; i++) {
            free.add(littleEndian(TensorChunks.CHUNK));
        }
    }

    /**
     * Adds bytes, in pieces of any size.
     *
     * @param bytes the next bytes; all are consumed
     * @return the number of bytes
     * @throws InterruptedIOException if the thread is interrupted
     */
    @Override
    public int write(ByteBuffer bytes) throws InterruptedIOException {
        int count = bytes.remaining();
        int end = bytes.limit();
        while (bytes.position() < end) {
            bytes.limit(Math.min(end, bytes.position() + piece.remaining()));
            piece.put(bytes);
            bytes.limit(end);
            if (!piece.hasRemaining()) {
                enqueue();
                piece = nextFree();
            }
        }
        return count;
    }

    /**
     * Waits for the checksum of everything written. Nothing may be written afterwards.
     *
     * @return the checksum in hexadecimal
     * @throws IOException if the thread is interrupted
     */
    public String hex() throws IOException {
        if (hex != null) {
            return hex;
        }
        enqueue();
        try {
            done.get();
        } catch (InterruptedException e) {
            throw interrupted();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the checksum failed", e.getCause());
        }
        hex = HexFormat.of().formatHex(digest.digest());
        return hex;
    }

    @Override
    public boolean isOpen() {
        return !thread.isShutdown();
    }

    /** Ends the thread. */
    @Override
    public void close() {
        thread.shutdown();
    }

    private void enqueue() {
        ByteBuffer filled = piece.flip();
        done =
                done.thenRunAsync(() -> update(filled), thread)
                        .whenComplete((ok, failure) -> free.add(filled.clear()));
    }

    private ByteBuffer nextFree() throws InterruptedIOException {
        try {
            return free.take();
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private void update(ByteBuffer filled) {
        if (type == ElementType.F32) {
            digest.update(filled);
            return;
        }
        int elements = filled.remaining() / type.bytes();
        widening.widen(filled, floats.clear().asIntBuffer());
        digest.update(floats.limit(elements * Float.BYTES));
    }

    private static InterruptedIOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("interrupted while a checksum was being computed");
    }

    private static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("expected SHA-256, which every JDK has, found none", e);
        }
    }
}
