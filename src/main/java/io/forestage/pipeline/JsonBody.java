package io.forestage.pipeline;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.forestage.support.Quoted;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code {"inputs": ..., "parameters": {...}}}, or the inputs alone: a text, texts, a row of ids,
 * or rows of ids. Read as a stream of expected tokens, so that deep nesting cannot overflow the
 * stack.
 */
final class JsonBody {

    private final JsonReader json;
    private final RequestLimits limits;

    private JsonBody(String text, RequestLimits limits) {
        this.limits = limits;
        json = new JsonReader(new StringReader(text));
        json.setStrictness(Strictness.STRICT);
    }

    static RequestBody read(String text, RequestLimits limits) {
        JsonBody body = new JsonBody(text, limits);
        try {
            return body.document();
        } catch (RequestException alreadyClear) {
            throw alreadyClear;
        } catch (IOException | IllegalStateException | NumberFormatException e) {
            throw body.problem(
                    "strict JSON",
                    "a syntax error, half a surrogate pair or a number out of range");
        }
    }

    private RequestBody document() throws IOException {
        RequestBody body = json.peek() == JsonToken.BEGIN_OBJECT ? object() : inputs();
        if (json.peek() != JsonToken.END_DOCUMENT) {
            throw problem("nothing after the value", json.peek().toString());
        }
        return body;
    }

    private RequestBody object() throws IOException {
        RequestBody inputs = null;
        Map<String, ?> parameters = null;
        json.beginObject();
        while (json.hasNext()) {
            String name = json.nextName();
            if (name.equals("inputs") && inputs == null) {
                inputs = inputs();
            } else if (name.equals("parameters") && parameters == null) {
                parameters = parameters();
            } else {
                throw problem(
                        "the names \"inputs\" and \"parameters\", once each", Quoted.of(name));
            }
        }
        json.endObject();
        if (inputs == null) {
            throw problem("\"inputs\" in the object", "none");
        }
        return parameters == null ? inputs : inputs.with(parameters);
    }

    private RequestBody inputs() throws IOException {
        if (json.peek() == JsonToken.STRING) {
            return RequestBody.ofText(json.nextString());
        }
        if (json.peek() == JsonToken.BEGIN_ARRAY) {
            json.beginArray();
            RequestBody list = list();
            json.endArray();
            return list;
        }
        throw problem("a text, a list of texts, or a list of ids", json.peek().toString());
    }

    private RequestBody list() throws IOException {
        return switch (json.peek()) {
            case STRING -> RequestBody.ofTexts(texts());
            case NUMBER -> RequestBody.ofIds(ids());
            case BEGIN_ARRAY -> RequestBody.ofIds(rows());
            default -> throw problem("texts or ids in the list", json.peek().toString());
        };
    }

    private List<String> texts() throws IOException {
        List<String> texts = new ArrayList<>();
        while (isNext(JsonToken.STRING, "a text, as the first one is")) {
            limits.requireTexts(texts.size() + 1L);
            texts.add(json.nextString());
        }
        return texts;
    }

    private List<long[]> rows() throws IOException {
        List<long[]> rows = new ArrayList<>();
        while (isNext(JsonToken.BEGIN_ARRAY, "a list of ids, as the first one is")) {
            limits.requireTexts(rows.size() + 1L);
            json.beginArray();
            rows.add(ids());
            json.endArray();
        }
        return rows;
    }

    private long[] ids() throws IOException {
        List<Long> ids = new ArrayList<>();
        while (isNext(JsonToken.NUMBER, "an id")) {
            ids.add(json.nextLong());
        }
        return ids.stream().mapToLong(Long::longValue).toArray();
    }

    private Map<String, ?> parameters() throws IOException {
        Map<String, String> parameters = new TreeMap<>();
        if (json.peek() != JsonToken.BEGIN_OBJECT) {
            throw problem("an object", json.peek().toString());
        }
        json.beginObject();
        while (json.hasNext()) {
            String name = json.nextName();
            if (parameters.put(name, scalar()) != null) {
                throw problem("each name once", Quoted.of(name) + " again");
            }
        }
        json.endObject();
        return parameters;
    }

    private String scalar() throws IOException {
        return switch (json.peek()) {
            case STRING, NUMBER -> json.nextString();
            case BOOLEAN -> String.valueOf(json.nextBoolean());
            default -> throw problem("a text, a number or true or false", json.peek().toString());
        };
    }

    private boolean isNext(JsonToken token, String expected) throws IOException {
        if (json.hasNext() && json.peek() != token) {
            throw problem(expected, json.peek().toString());
        }
        return json.hasNext();
    }

    private RequestException problem(String expected, @Nullable String found) {
        return RequestException.malformed(
                "body at %s: expected %s, found %s"
                        .formatted(Quoted.cut(json.getPath()), expected, found));
    }
}
