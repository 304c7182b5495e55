package io.forestage.corpus;

import com.google.gson.stream.JsonWriter;
import io.forestage.support.JsonException;
import io.forestage.support.StrictJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a run needs to go on after it was interrupted.
 *
 * @param identity what must be the same when it goes on: each option, input and file of the model
 * @param position the place in the inputs up to which lines are in the files
 * @param counts lines, tokens and skipped lines so far
 * @param sizes the bytes of each file that belong to these lines
 */
record CorpusState(
        Map<String, String> identity, Position position, Counts counts, Map<String, Long> sizes) {

    private static final int MAX_BYTES = 16_000_000;

    /**
     * What a run has done.
     *
     * @param lines the lines, those that were skipped included
     * @param tokens the tokens that were embedded
     * @param skipped the lines that were skipped
     */
    record Counts(long lines, long tokens, long skipped) {

        static final Counts NONE = new Counts(0, 0, 0);
    }

    static CorpusState atStart(Map<String, String> identity) {
        return new CorpusState(identity, Position.START, Counts.NONE, Map.of());
    }

    long size(String file) {
        return sizes.getOrDefault(file, 0L);
    }

    String toJson() throws IOException {
        StringWriter text = new StringWriter();
        try (JsonWriter json = new JsonWriter(text)) {
            json.setIndent("  ");
            json.beginObject();
            json.name("run").beginObject();
            for (Map.Entry<String, String> each : identity.entrySet()) {
                json.name(each.getKey()).value(each.getValue());
            }
            json.endObject();
            json.name("input").value(position.source());
            json.name("offset").value(position.offset());
            json.name("checksum").value(position.checksum());
            json.name("line").value(position.line());
            json.name("lines").value(counts.lines());
            json.name("tokens").value(counts.tokens());
            json.name("skipped").value(counts.skipped());
            json.name("sizes").beginObject();
            for (Map.Entry<String, Long> each : sizes.entrySet()) {
                json.name(each.getKey()).value(each.getValue());
            }
            json.endObject();
            json.endObject();
        }
        return text.toString();
    }

    /** Reads a state; a file that was not written by {@link #toJson} is refused. */
    static CorpusState read(Path file) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        }
        try {
            if (bytes.length > MAX_BYTES) {
                throw new CorpusException("at most %d bytes, found more".formatted(MAX_BYTES));
            }
            return parse(
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (JsonException | CorpusException | CharacterCodingException invalid) {
            throw new CorpusException(
                    "%s: expected the state of an interrupted run, found: %s; begin anew"
                            .formatted(file, invalid.getMessage()),
                    invalid);
        }
    }

    static CorpusState parse(String text) throws IOException {
        StrictJson json = new StrictJson(text);
        Map<String, String> identity = new LinkedHashMap<>();
        Map<String, Long> sizes = new LinkedHashMap<>();
        Map<String, Long> numbers = new LinkedHashMap<>();
        json.document(
                () -> {
                    json.object(
                            "an object",
                            name -> {
                                switch (name) {
                                    case "run" ->
                                            json.object(
                                                    "an object",
                                                    key -> identity.put(key, json.string("text")));
                                    case "sizes" ->
                                            json.object(
                                                    "an object",
                                                    key -> sizes.put(key, json.index("a size")));
                                    default -> numbers.put(name, json.index("a number"));
                                }
                            });
                    return numbers;
                });
        long source = number(numbers, "input");
        if (source > Integer.MAX_VALUE) {
            throw new CorpusException("input %d".formatted(source));
        }
        return new CorpusState(
                identity,
                new Position(
                        (int) source,
                        number(numbers, "offset"),
                        number(numbers, "checksum"),
                        number(numbers, "line")),
                new Counts(
                        number(numbers, "lines"),
                        number(numbers, "tokens"),
                        number(numbers, "skipped")),
                sizes);
    }

    private static long number(Map<String, Long> numbers, String name) throws CorpusException {
        Long value = numbers.get(name);
        if (value == null) {
            throw new CorpusException("no number \"%s\"".formatted(name));
        }
        return value;
    }
}
