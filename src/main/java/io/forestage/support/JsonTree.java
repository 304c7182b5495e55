package io.forestage.support;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;

/** Reads objects of {@link StrictJson} whose names nobody knows beforehand, as a whole. */
public final class JsonTree {

    /** The heap for a string and a number beside their text. */
    private static final int STRING_BYTES = 56;

    private static final int NUMBER_BYTES = 40;

    private final StrictJson json;

    private JsonTree(StrictJson json) {
        this.json = json;
    }

    /** Reads any object. Numbers keep their spelling. */
    public static JsonObject read(StrictJson json, String expected) throws IOException {
        return new JsonTree(json).object(expected, 1);
    }

    private JsonObject object(String expected, int depth) throws IOException {
        JsonObject object = new JsonObject();
        json.object(expected, name -> object.add(name, element(depth)));
        return object;
    }

    private JsonElement element(int depth) throws IOException {
        if (depth > StrictJson.MAX_DEPTH) {
            throw json.problem("at most %d levels".formatted(StrictJson.MAX_DEPTH), "more");
        }
        return switch (json.peek()) {
            case BEGIN_OBJECT -> object("an object", depth + 1);
            case BEGIN_ARRAY -> {
                JsonArray array = new JsonArray();
                json.array("an array", () -> array.add(element(depth + 1)));
                yield array;
            }
            case STRING -> {
                String string = json.string("a string");
                json.keep(string, STRING_BYTES);
                yield new JsonPrimitive(string);
            }
            case BOOLEAN -> new JsonPrimitive(json.bool("true or false"));
            case NUMBER -> {
                Number number = json.spelledNumber();
                json.keep(number.toString(), NUMBER_BYTES);
                yield new JsonPrimitive(number);
            }
            default -> {
                json.skip();
                yield JsonNull.INSTANCE;
            }
        };
    }
}
