package io.forestage.spark;

import io.forestage.corpus.EmbeddedText;
import io.forestage.corpus.TextsEmbedder;
import io.forestage.support.Quoted;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;
import org.jspecify.annotations.Nullable;

/**
 * A task's use of the shared stage, on the cores that Spark gave the task: encoding texts would
 * else take all of the executor's.
 */
final class EmbedTask implements AutoCloseable {

    private final SharedStage shared;
    private final TextsEmbedder texts;
    private final boolean idsOnly;
    private final ForkJoinPool cores;

    private EmbedTask(EmbedPlan plan, int cores) {
        shared = SharedStage.of(plan.source());
        texts = new TextsEmbedder(shared.stage(), plan.options().of(plan.source().positions()));
        idsOnly = !plan.hasVectors();
        this.cores = new ForkJoinPool(cores);
    }

    /**
     * Starts the use, which ends with the running task; without one, on the driver, the caller ends
     * it.
     */
    static EmbedTask start(EmbedPlan plan) {
        TaskContext running = TaskContext.get();
        EmbedTask task = new EmbedTask(plan, running == null ? 1 : Math.max(1, running.cpus()));
        if (running != null) {
            running.addTaskCompletionListener((TaskCompletionListener) ended -> task.close());
        }
        return task;
    }

    /** Embeds texts; each has its vectors or its problem. */
    List<EmbeddedText> embed(List<String> batch) {
        try {
            return cores.submit(() -> idsOnly ? texts.ids(batch) : texts.embed(batch)).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the task was ended", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure
                    ? failure
                    : new IllegalStateException(e.getCause());
        }
    }

    /** Names a row of the running task, which Spark gives no number. */
    static String row(long index, byte @Nullable [] text) {
        TaskContext running = TaskContext.get();
        String of =
                running == null
                        ? ""
                        : " of partition %d (stage %d)"
                                .formatted(running.partitionId(), running.stageId());
        return "row %d%s, %s"
                .formatted(
                        index,
                        of,
                        text == null
                                ? "null"
                                : Quoted.of(new String(text, StandardCharsets.UTF_8)));
    }

    @Override
    public void close() {
        cores.shutdown();
        shared.close();
    }
}
