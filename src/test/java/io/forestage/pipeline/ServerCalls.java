package io.forestage.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.inference.Predictor;
import ai.djl.modality.Input;
import ai.djl.modality.Output;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The calls that DJL Serving makes of a model: its serving.properties read into arguments and
 * options, a Criteria of Input and Output by URL, and workers that each have a predictor and take
 * as many waiting requests as batch_size says.
 */
final class ServerCalls implements AutoCloseable {

    private final ZooModel<Input, Output> model;
    private final BlockingQueue<Job> queue = new LinkedBlockingQueue<>();
    private final ExecutorService workers;

    ServerCalls(Path folder, int workerCount, int batchSize) throws Exception {
        model = load(folder, batchSize);
        workers = Executors.newFixedThreadPool(workerCount);
        for (int i = 0; i < workerCount; i++) {
            workers.execute(() -> work(batchSize));
        }
    }

    static ZooModel<Input, Output> load(Path folder, int batchSize) throws Exception {
        Properties properties = new Properties();
        try (InputStream bytes = Files.newInputStream(folder.resolve("serving.properties"))) {
            properties.load(bytes);
        }
        Map<String, Object> arguments = new HashMap<>();
        Map<String, String> options = new HashMap<>();
        for (String key : properties.stringPropertyNames()) {
            if (key.startsWith("option.")) {
                options.put(key.substring("option.".length()), properties.getProperty(key));
            } else {
                arguments.put(key, properties.getProperty(key));
            }
        }
        if (batchSize > 1) {
            arguments.put("batchifier", "stack");
        }
        return Criteria.builder()
                .setTypes(Input.class, Output.class)
                .optModelUrls(folder.toUri().toURL().toString())
                .optModelName("model")
                .optEngine(properties.getProperty("engine"))
                .optArguments(arguments)
                .optOptions(options)
                .optDevice(Device.cpu())
                .build()
                .loadModel();
    }

    CompletableFuture<Output> ask(Input input) {
        Job job = new Job(input, new CompletableFuture<>());
        queue.add(job);
        return job.answer;
    }

    private void work(int batchSize) {
        try (Predictor<Input, Output> predictor = model.newPredictor()) {
            while (true) {
                List<Job> jobs = new ArrayList<>(List.of(queue.take()));
                queue.drainTo(jobs, batchSize - 1);
                answer(predictor, jobs);
            }
        } catch (InterruptedException closed) {
            // The server shuts down.
        }
    }

    private static void answer(Predictor<Input, Output> predictor, List<Job> jobs) {
        try {
            List<Output> outputs = predictor.batchPredict(jobs.stream().map(Job::input).toList());
            for (int i = 0; i < jobs.size(); i++) {
                jobs.get(i).answer.complete(outputs.get(i));
            }
        } catch (TranslateException e) {
            jobs.forEach(job -> job.answer.completeExceptionally(e));
        }
    }

    @Override
    public void close() {
        workers.shutdownNow();
        try {
            assertThat(workers.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        model.close();
    }

    private record Job(Input input, CompletableFuture<Output> answer) {}
}
