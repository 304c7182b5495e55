package io.forestage.pipeline;

import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The names that DJL and DJL Serving hand to every factory among its own arguments: those of {@code
 * serving.properties} that choose an engine or steer the server's workers, and those of a
 * repository.
 */
final class DjlArguments {

    private static final Set<String> NAMES =
            Set.of(
                    "application",
                    "artifact_id",
                    "batch_size",
                    "batchifier",
                    "blockFactory",
                    "engine",
                    "failed",
                    "job_queue_size",
                    "load_on_devices",
                    "log_request_metric",
                    "max_batch_delay",
                    "max_dynamic_batch_size",
                    "max_idle_time",
                    "max_request_size",
                    "maxWorkers",
                    "metric_dimension",
                    "metrics_aggregation",
                    "minWorkers",
                    "model_name",
                    "required_memory_mb",
                    "reserved_memory_mb",
                    "retry_threshold",
                    "task",
                    "translator",
                    "translatorFactory");

    /**
     * {@code gpu.maxWorkers} is for workers of that kind of device, {@code option.x} for engines.
     */
    private static final Pattern PREFIXED = Pattern.compile("(cpu|gpu|nc|option)\\..+");

    private DjlArguments() {}

    /** The names among some that are DJL's. */
    static Set<String> among(Map<String, ?> arguments) {
        return arguments.keySet().stream()
                .filter(name -> NAMES.contains(name) || PREFIXED.matcher(name).matches())
                .collect(Collectors.toSet());
    }
}
