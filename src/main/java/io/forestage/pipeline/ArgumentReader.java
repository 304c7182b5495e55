package io.forestage.pipeline;

import io.forestage.support.Quoted;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Named values from users: strings of a file, or numbers and booleans of a program.
 *
 * @param place the word before a name in messages: {@code argument} or {@code parameters}
 * @param values the values by name
 */
record ArgumentReader(String place, Map<String, ?> values) {

    /**
     * The names that DJL and DJL Serving pass to every factory: those of {@code serving.properties}
     * that choose an engine or configure the server's workers, and those of a repository.
     */
    private static final Set<String> DJL_NAMES =
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
     * {@code gpu.maxWorkers} is for workers on that kind of device, {@code option.x} for engines.
     */
    private static final Pattern DJL_PREFIXED = Pattern.compile("(cpu|gpu|nc|option)\\..+");

    /** An enum constant, in upper or lower case; null if absent. */
    <E extends Enum<E>> @Nullable E choice(String name, Collection<E> kinds) {
        String text = text(name);
        if (text == null) {
            return null;
        }
        for (E kind : kinds) {
            if (kind.name().equals(text.toUpperCase(Locale.ROOT))) {
                return kind;
            }
        }
        String expected =
                kinds.stream()
                        .map(kind -> kind.name().toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining(", "));
        throw wrong(name, "one of %s".formatted(expected), text);
    }

    /** An integer from 1 to a maximum; null if absent. */
    @Nullable Integer count(String name, long max) {
        String text = text(name);
        if (text == null) {
            return null;
        }
        try {
            int number = Integer.parseInt(text);
            if (number >= 1 && number <= max) {
                return number;
            }
        } catch (NumberFormatException notOne) {
            // The same message as for a number out of range.
        }
        throw wrong(name, "an integer from 1 to %d".formatted(max), text);
    }

    /** A boolean; null if absent. */
    @Nullable Boolean truth(String name) {
        String text = text(name);
        if (text == null || text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false")) {
            return text == null ? null : Boolean.valueOf(text);
        }
        throw wrong(name, "true or false", text);
    }

    /** A string; null if absent. */
    @Nullable String text(String name) {
        Object value = values.get(name);
        return value == null ? null : value.toString().strip();
    }

    /** Refuses unknown names: most are misspelt, and would be ignored silently. */
    void requireKnown(Set<String> known, Set<String> ofOthers) {
        for (String name : new TreeSet<>(values.keySet())) {
            if (!known.contains(name) && !ofOthers.contains(name)) {
                throw new IllegalArgumentException(
                        "%s %s: expected one of %s, found an unknown argument; correct or remove it"
                                .formatted(
                                        place,
                                        Quoted.of(name),
                                        String.join(", ", new TreeSet<>(known))));
            }
        }
    }

    IllegalArgumentException wrong(String name, String expected, String found) {
        return new IllegalArgumentException(
                "%s %s: expected %s, found %s".formatted(place, name, expected, Quoted.of(found)));
    }

    /** The arguments that are DJL's own. */
    static Set<String> djlNames(Map<String, ?> arguments) {
        return arguments.keySet().stream()
                .filter(name -> DJL_NAMES.contains(name) || DJL_PREFIXED.matcher(name).matches())
                .collect(Collectors.toSet());
    }
}
