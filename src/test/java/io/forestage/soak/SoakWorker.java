package io.forestage.soak;

import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import io.forestage.Embeddings;
import io.forestage.InputStage;
import io.forestage.model.LoadOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;

/** Runs one action after another until {@link #end()} is called. */
final class SoakWorker implements Runnable {

    private static final String[] WORDS = {
        "the", "king", "greeted", "Queen", "42", "and", "however", "naïve", "end", "<b>"
    };
    private static final int MAX_WORDS = 40;
    private static final int MAX_TEXTS = 4;
    private static final int MAX_PAUSE_MICROS = 3000;

    private final Path folder;
    private final InputStage stage;
    private final ZooModel<String, float[][]> model;
    private final ExecutorService helpers;
    private final Lock working;
    private final SoakCounts counts;
    private final Random random;
    private volatile boolean ended;

    SoakWorker(Shared shared, Lock working, SoakCounts counts, long seed) {
        folder = shared.folder();
        stage = shared.stage();
        model = shared.model();
        helpers = shared.helpers();
        this.working = working;
        this.counts = counts;
        random = new Random(seed);
    }

    /**
     * The objects that all workers share.
     *
     * @param folder the model folder
     * @param stage the model's stage
     * @param model the model as a pipeline
     * @param helpers threads that predict while a worker interrupts, cancels or closes
     */
    record Shared(
            Path folder,
            InputStage stage,
            ZooModel<String, float[][]> model,
            ExecutorService helpers) {}

    static ZooModel<String, float[][]> load(Path folder, boolean copy) throws Exception {
        return Criteria.builder()
                .setTypes(String.class, float[][].class)
                .optModelPath(folder)
                .optArgument("copy", copy)
                .build()
                .loadModel();
    }

    void end() {
        ended = true;
    }

    @Override
    public void run() {
        try (Predictor<String, float[][]> predictor = model.newPredictor()) {
            while (!ended) {
                SoakAction action = SoakAction.next(random);
                working.lock(); // a measurement waits until no action runs
                try {
                    act(action, predictor);
                    counts.done(action);
                } catch (Exception | Error e) {
                    counts.failed(action, e);
                } finally {
                    boolean unused = Thread.interrupted();
                    working.unlock();
                }
            }
        }
    }

    private void act(SoakAction action, Predictor<String, float[][]> predictor) throws Exception {
        switch (action) {
            case PREDICT -> predict(action, predictor, text());
            case EMBED -> embed(action, stage);
            case INTERRUPT -> {
                Thread.currentThread().interrupt();
                allowRefusal(() -> predict(action, predictor, text()));
            }
            case CANCEL -> cancel(action);
            case STAGE -> ownStage(action);
            case MODEL -> ownModel(action);
        }
    }

    /** Starts a prediction in another thread and cancels it after a random pause. */
    private void cancel(SoakAction action) throws Exception {
        String text = text();
        CountDownLatch over = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        Future<?> future =
                helpers.submit(
                        () -> {
                            begun.countDown();
                            try (Predictor<String, float[][]> other = model.newPredictor()) {
                                allowRefusal(() -> predict(action, other, text));
                            } catch (Exception | Error e) {
                                counts.failed(action, e);
                            } finally {
                                boolean unused = Thread.interrupted();
                                over.countDown();
                            }
                        });
        begun.await();
        pause();
        future.cancel(true);
        over.await();
    }

    private void ownStage(SoakAction action) throws Exception {
        LoadOptions options =
                random.nextBoolean() ? LoadOptions.frozen() : LoadOptions.frozen().copied();
        Thread self = Thread.currentThread();
        CountDownLatch over = new CountDownLatch(1);
        boolean interrupted = random.nextInt(4) == 0;
        if (interrupted) {
            helpers.execute(
                    () -> {
                        pause();
                        self.interrupt();
                        over.countDown();
                    });
        }
        allowRefusal(
                () -> {
                    try (InputStage own = InputStage.load(folder, options, null)) {
                        embed(action, own);
                    }
                });
        if (interrupted) {
            boolean unused = Thread.interrupted();
            over.await();
        }
    }

    /** Closes a model while another thread predicts with it. */
    private void ownModel(SoakAction action) throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        ZooModel<String, float[][]> own = load(folder, random.nextBoolean());
        String text = text();
        helpers.execute(
                () -> {
                    try (Predictor<String, float[][]> predictor = own.newPredictor()) {
                        while (true) {
                            predict(action, predictor, text);
                            busy.countDown();
                        }
                    } catch (Exception | Error e) {
                        if (!isRefusal(e)) {
                            counts.failed(action, e);
                        }
                    } finally {
                        busy.countDown();
                        over.countDown();
                    }
                });
        busy.await();
        own.close();
        over.await();
    }

    private void predict(SoakAction action, Predictor<String, float[][]> predictor, String text)
            throws Exception {
        float[][] rows = predictor.predict(text);
        float[] flat = new float[rows.length * SoakModel.WIDTH];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, flat, i * SoakModel.WIDTH, SoakModel.WIDTH);
        }
        check(action, text, flat);
    }

    private void embed(SoakAction action, InputStage with) {
        List<String> texts = new ArrayList<>();
        int count = 1 + random.nextInt(MAX_TEXTS);
        for (int i = 0; i < count; i++) {
            texts.add(text());
        }
        try (Embeddings embeddings = with.embed(texts.toArray(String[]::new))) {
            NDArray vectors = embeddings.embeddings();
            float[] all = vectors.toFloatArray();
            int row = all.length / count;
            for (int i = 0; i < count; i++) {
                int length = with.tokenizer().encode(texts.get(i)).size() * SoakModel.WIDTH;
                check(action, texts.get(i), Arrays.copyOfRange(all, i * row, i * row + length));
            }
        }
    }

    private void check(SoakAction action, String text, float[] found) {
        if (!Arrays.equals(found, SoakModel.vectors(stage.tokenizer().encode(text).ids()))) {
            counts.wrong(action, text);
        }
    }

    private interface Step {
        void run() throws Exception;
    }

    /** Runs a step that may end in the error of an interrupt or of a closed model. */
    private void allowRefusal(Step step) throws Exception {
        try {
            step.run();
        } catch (Exception e) {
            if (!isRefusal(e)) {
                throw e;
            }
            counts.refused();
        }
    }

    private static boolean isRefusal(Throwable error) {
        for (Throwable each = error; each != null; each = each.getCause()) {
            String message = String.valueOf(each.getMessage());
            if (each instanceof InterruptedException
                    || message.contains("interrupt")
                    || message.contains("is closed")
                    || message.contains("has been closed")) {
                return true;
            }
        }
        return false;
    }

    private void pause() {
        long end =
                System.nanoTime() + TimeUnit.MICROSECONDS.toNanos(random.nextInt(MAX_PAUSE_MICROS));
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        int words = 1 + random.nextInt(MAX_WORDS);
        for (int i = 0; i < words; i++) {
            text.append(i == 0 ? "" : " ").append(WORDS[random.nextInt(WORDS.length)]);
        }
        return text.toString();
    }
}
