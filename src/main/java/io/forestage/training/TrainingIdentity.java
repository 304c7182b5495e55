package io.forestage.training;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What makes a training the one that it is, in words: what is not the same cannot be resumed. */
final class TrainingIdentity {

    private TrainingIdentity() {}

    /** A task with its options, and files whose bytes count, in their order. */
    static Map<String, String> of(
            String task, Map<String, String> options, String kind, List<TextFile> files) {
        Map<String, String> identity = new LinkedHashMap<>();
        identity.put("task", task);
        identity.putAll(options);
        int i = 0;
        for (TextFile file : files) {
            identity.put(
                    kind + " " + i++,
                    "%s, %d bytes, sha256 %s".formatted(file.name(), file.bytes(), file.sha256()));
        }
        identity.put(kind + " files", Integer.toString(files.size()));
        return identity;
    }
}
