package io.forestage.tokens;

import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The native tokenizers of one vocabulary: one that takes special tokens as text, and one, made
 * when it is first asked for, that recognizes them. Any number of threads use them at once; closing
 * waits for those.
 */
final class NativeTokenizers implements AutoCloseable {

    private final TokenizerJson json;
    private final NativeTokenizer asText;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final Object making = new Object();
    private volatile @Nullable NativeTokenizer recognizing;
    private boolean closed;

    NativeTokenizers(TokenizerJson json) throws TokenizerFileException {
        this.json = json;
        this.asText = NativeTokenizer.open(json, SpecialTokens.AS_TEXT);
    }

    <T> T use(SpecialTokens specialTokens, Function<NativeTokenizer, T> work) {
        lock.readLock().lock();
        try {
            checkOpen();
            return work.apply(specialTokens == SpecialTokens.AS_TEXT ? asText : recognizing());
        } finally {
            lock.readLock().unlock();
        }
    }

    void checkOpen() {
        lock.readLock().lock();
        try {
            if (closed) {
                throw TextEncoder.closed();
            }
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                asText.close();
                NativeTokenizer other = recognizing;
                if (other != null) {
                    other.close();
                }
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    private NativeTokenizer recognizing() {
        if (!json.hasSpecialTokens()) {
            return asText;
        }
        NativeTokenizer tokenizer = recognizing;
        if (tokenizer == null) {
            synchronized (making) {
                tokenizer = recognizing;
                if (tokenizer == null) {
                    tokenizer = openRecognizing();
                    recognizing = tokenizer;
                }
            }
        }
        return tokenizer;
    }

    private NativeTokenizer openRecognizing() {
        try {
            return NativeTokenizer.open(json, SpecialTokens.RECOGNIZED);
        } catch (TokenizerFileException e) {
            throw new IllegalStateException("special tokens: " + e.getMessage(), e);
        }
    }
}
