package io.forestage.spark;

import io.forestage.InputStage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stage that the tasks of an executor share: opened by the first one that needs it, closed when
 * none has used it for a minute, or when the JVM ends. Tasks come and go by the second, and an
 * executor has no end of its own that code could wait for.
 */
final class SharedStage implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SharedStage.class);
    private static final long LINGER_SECONDS = 60;

    /** A task has a core; libtorch would take all of them for each. */
    private static final String ENGINE_THREADS = "ai.djl.pytorch.num_threads";

    /** An executor's tasks meet nowhere else: one table for the JVM, of few models. */
    private static final Map<ModelSource.Key, SharedStage> OPEN = new HashMap<>();

    private static final ScheduledExecutorService CLOSER =
            Executors.newSingleThreadScheduledExecutor(
                    work -> {
                        Thread thread = new Thread(work, "forestage-spark-closer");
                        thread.setDaemon(true);
                        return thread;
                    });

    static {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(SharedStage::closeAll, "forestage-spark-end"));
    }

    private final ModelSource.Key key;
    private final InputStage stage;
    private int users;
    private long uses;

    private SharedStage(ModelSource.Key key, InputStage stage) {
        this.key = key;
        this.stage = stage;
    }

    /**
     * Returns the stage of a model for one user more, who closes it.
     *
     * @throws UncheckedIOException if the model is not here, invalid, or not the driver's
     */
    static SharedStage of(ModelSource source) {
        synchronized (OPEN) {
            SharedStage shared = OPEN.get(source.key());
            if (shared == null) {
                shared = open(source);
                OPEN.put(source.key(), shared);
            }
            shared.users++;
            shared.uses++;
            return shared;
        }
    }

    private static SharedStage open(ModelSource source) {
        if (System.getProperty(ENGINE_THREADS) == null) {
            System.setProperty(ENGINE_THREADS, "1");
        }
        long start = System.nanoTime();
        try {
            var place = source.locate();
            SharedStage shared = new SharedStage(source.key(), InputStage.load(place));
            LOG.info(
                    "Opened {} in {} ms",
                    place,
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
            return shared;
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    InputStage stage() {
        return stage;
    }

    /** Returns the number of open stages of a model in this JVM. */
    static long openStages(Path model) {
        synchronized (OPEN) {
            return OPEN.keySet().stream()
                    .filter(key -> key.model().equals(model.toString()))
                    .count();
        }
    }

    /** Ends one user's use. */
    @Override
    public void close() {
        synchronized (OPEN) {
            users--;
            if (users == 0) {
                long seen = uses;
                var unused =
                        CLOSER.schedule(() -> closeIfIdle(seen), LINGER_SECONDS, TimeUnit.SECONDS);
            }
        }
    }

    private void closeIfIdle(long seen) {
        synchronized (OPEN) {
            if (users == 0 && uses == seen && OPEN.remove(key, this)) {
                stage.close();
            }
        }
    }

    /** At the JVM's end. A stage waits for the batch that a task is in, and refuses the next. */
    private static void closeAll() {
        synchronized (OPEN) {
            OPEN.values().forEach(shared -> shared.stage.close());
            OPEN.clear();
        }
    }
}
