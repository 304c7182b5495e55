package io.forestage.pipeline;

import com.google.gson.stream.JsonToken;
import io.forestage.support.JsonException;
import io.forestage.support.Quoted;
import io.forestage.support.StrictJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code {"inputs": ..., "parameters": {...}}}, or the inputs alone: a text, texts, a row of ids,
 * or rows of ids.
 */
final class JsonBody {

    private final StrictJson json;
    private final RequestLimits limits;

    private @Nullable RequestBody inputs;
    private Map<String, String> parameters = Map.of();

    private JsonBody(String text, RequestLimits limits) {
        this.limits = limits;
        json = new StrictJson(text);
    }

    static RequestBody read(String text, RequestLimits limits) {
        JsonBody body = new JsonBody(text, limits);
        try {
            return body.json.document(body::body);
        } catch (JsonException e) {
            throw RequestException.malformed(
                    "body at %s: expected %s, found %s"
                            .formatted(e.place(), e.expected(), e.found()));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private RequestBody body() throws IOException {
        if (json.peek() != JsonToken.BEGIN_OBJECT) {
            return inputs();
        }
        json.object("an object", this::member);
        if (inputs == null) {
            throw json.problem("\"inputs\" in the object", "none");
        }
        return inputs.with(parameters);
    }

    private void member(String name) throws IOException {
        switch (name) {
            case "inputs" -> inputs = inputs();
            case "parameters" -> parameters = parameters();
            default ->
                    throw json.problem("the names \"inputs\" and \"parameters\"", Quoted.of(name));
        }
    }

    private RequestBody inputs() throws IOException {
        return switch (json.peek()) {
            case STRING -> RequestBody.ofText(json.string("a text"));
            case BEGIN_ARRAY -> list();
            default -> throw json.unexpected("a text, a list of texts, or a list of ids");
        };
    }

    private RequestBody list() throws IOException {
        json.beginArray("a list");
        RequestBody list =
                switch (json.peek()) {
                    case STRING -> RequestBody.ofTexts(texts());
                    case NUMBER -> RequestBody.ofIds(ids());
                    case BEGIN_ARRAY -> RequestBody.ofIds(rows());
                    default -> throw json.unexpected("texts or ids in the list");
                };
        json.endArray();
        return list;
    }

    private List<String> texts() throws IOException {
        List<String> texts = new ArrayList<>();
        while (json.hasNext()) {
            limits.requireTexts(texts.size() + 1L);
            texts.add(json.string("a text, as the first one is"));
        }
        return texts;
    }

    private List<long[]> rows() throws IOException {
        List<long[]> rows = new ArrayList<>();
        while (json.hasNext()) {
            limits.requireTexts(rows.size() + 1L);
            json.beginArray("a list of ids, as the first one is");
            rows.add(ids());
            json.endArray();
        }
        return rows;
    }

    private long[] ids() throws IOException {
        List<Long> ids = new ArrayList<>();
        while (json.hasNext()) {
            ids.add(json.integer("an id"));
        }
        return ids.stream().mapToLong(Long::longValue).toArray();
    }

    private Map<String, String> parameters() throws IOException {
        Map<String, String> found = new TreeMap<>();
        json.object("an object", name -> found.put(name, scalar()));
        return found;
    }

    private String scalar() throws IOException {
        String expected = "a text, a number or true or false";
        return switch (json.peek()) {
            case STRING -> json.string(expected);
            case NUMBER -> json.number(expected);
            case BOOLEAN -> String.valueOf(json.bool(expected));
            default -> throw json.unexpected(expected);
        };
    }
}
