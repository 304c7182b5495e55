package io.forestage.support;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.IOException;

/** Reads an object of unknown content as a tree. Names keep their order, numbers their spelling. */
public final class JsonTree {

    private static final int STRING_BYTES = 56;
    private static final int NUMBER_BYTES = 40;

    private final StrictJson json;

    private JsonTree(StrictJson json) {
        this.json = json;
    }

    /**
     * Reads an object.
     *
     * @param json the reader, which stands before the object
     * @param expected what a message expects here
     * @return the object
     * @throws IOException if there is none, or the text is not strict JSON
     */
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
            case NUMBER -> {
                String number = json.number("a number");
                json.keep(number, NUMBER_BYTES);
                yield JsonParser.parseString(number);
            }
            case BOOLEAN -> new JsonPrimitive(json.bool("true or false"));
            default -> {
                if (!json.skipNull()) {
                    throw json.unexpected("a value");
                }
                yield JsonNull.INSTANCE;
            }
        };
    }
}
