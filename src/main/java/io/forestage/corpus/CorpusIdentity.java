package io.forestage.corpus;

import io.forestage.InputStage;
import io.forestage.nn.PositionalEmbedding;
import io.forestage.tokens.OnTooLong;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What must be the same for an interrupted run to go on. Files are compared by size and time. Bad
 * lines are not part of it: a run that one of them has ended may go on and skip them.
 */
final class CorpusIdentity {

    private CorpusIdentity() {}

    static Map<String, String> of(
            InputStage stage, Path model, CorpusOptions options, List<CorpusSource> sources)
            throws IOException {
        Map<String, String> identity = new LinkedHashMap<>();
        PositionalEmbedding positions = stage.block().getPositionalEmbedding();
        identity.put(
                "positions", positions == null ? "none" : positions.getClass().getSimpleName());
        identity.put("tables", stage.report().loaded().toString());
        identity.put("pooling", options.pooling().name().toLowerCase(Locale.ROOT));
        identity.put("normalize", Boolean.toString(options.normalize()));
        identity.put("long", inWords(options.onTooLong()));
        identity.put("special", options.specialTokens().name().toLowerCase(Locale.ROOT));
        for (int i = 0; i < sources.size(); i++) {
            identity.put(
                    "input %d, %s".formatted(i + 1, sources.get(i).name()),
                    sources.get(i).identity());
        }
        identity.putAll(files(model));
        return identity;
    }

    private static String inWords(OnTooLong handling) {
        String kind = handling.kind().name().toLowerCase(Locale.ROOT);
        return handling instanceof OnTooLong.Windows windows
                ? "%s:%d:%d".formatted(kind, windows.length(), windows.stride())
                : kind;
    }

    private static Map<String, String> files(Path model) throws IOException {
        Map<String, String> files = new TreeMap<>();
        if (Files.isDirectory(model)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(model)) {
                for (Path entry : entries) {
                    if (Files.isRegularFile(entry)) {
                        add(files, entry);
                    }
                }
            }
        } else {
            add(files, model);
        }
        return files;
    }

    private static void add(Map<String, String> files, Path file) throws IOException {
        files.put("the model's " + file, CorpusSource.of(file).identity());
    }
}
