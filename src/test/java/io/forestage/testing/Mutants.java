package io.forestage.testing;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Valid files with one to three changes. Random bytes are rejected at the beginning of a file;
 * these files reach later checks. When the fuzzer's bytes are used up, it makes the first choice
 * each time, so the first choices change little.
 */
public final class Mutants {

    private static final Gson GSON =
            new GsonBuilder().disableHtmlEscaping().serializeNulls().create();

    private static final List<String> NUMBERS =
            List.of(
                    "0",
                    "-0",
                    "-1",
                    "1",
                    "2",
                    "1.5",
                    "1e2",
                    "1e999",
                    "127",
                    "65536",
                    "2147483647",
                    "2147483648",
                    "9223372036854775807",
                    "9223372036854775808",
                    "1E-400");

    private static final List<String> STRINGS =
            List.of(
                    "",
                    " ",
                    ".",
                    "..",
                    "/",
                    "../a",
                    "a/b",
                    "a\\b",
                    "C:a",
                    "\u0000",
                    "\u001b[2J",
                    "\u202e",
                    "é",
                    "世界",
                    "😀",
                    "\n",
                    "true",
                    "null",
                    "1",
                    "NaN",
                    HostileText.TEXT);

    private static final int MAX_CHANGES = 3;
    private static final int MAX_STRING_LENGTH = 40;

    private final FuzzedDataProvider data;

    private Mutants(FuzzedDataProvider data) {
        this.data = data;
    }

    /** Returns changed JSON, which is well-formed most of the time. */
    public static String json(FuzzedDataProvider data, String valid) {
        return new Mutants(data).json(valid);
    }

    /** Returns the lines with some changed, repeated, removed or moved. */
    public static String lines(FuzzedDataProvider data, String valid) {
        return new Mutants(data).ofLines(valid);
    }

    /** Returns the bytes with some changed. */
    public static byte[] bytes(FuzzedDataProvider data, byte[] valid) {
        byte[] bytes = valid.clone();
        for (int left = data.consumeInt(1, MAX_CHANGES); left > 0 && bytes.length > 0; left--) {
            int place = data.consumeInt(0, bytes.length - 1);
            bytes[place] =
                    data.consumeBoolean()
                            ? data.consumeByte()
                            : (byte) (bytes[place] ^ (1 << data.consumeInt(0, 7)));
        }
        return bytes;
    }

    /** Returns a string: a special one or one of random characters. */
    public static String string(FuzzedDataProvider data) {
        return new Mutants(data).string();
    }

    private String json(String valid) {
        JsonElement json = JsonParser.parseString(valid);
        for (int left = data.consumeInt(1, MAX_CHANGES); left > 0; left--) {
            json = changed(json);
        }
        String text = GSON.toJson(json);
        return switch (data.consumeInt(0, 19)) {
            case 18 -> withDuplicateKey(text);
            case 19 -> cut(text);
            default -> text;
        };
    }

    private String cut(String text) {
        int place = data.consumeInt(0, text.length());
        return text.substring(0, place) + data.consumeString(3);
    }

    /** Repeats the first key of an object. */
    private String withDuplicateKey(String text) {
        int begin = text.indexOf('{', data.consumeInt(0, text.length() - 1));
        int colon = text.indexOf(':', begin);
        return begin < 0 || colon < 0
                ? text
                : text.substring(0, colon) + ":0," + text.substring(begin + 1);
    }

    /** Descends from the root to one place of the tree and changes it. */
    private JsonElement changed(JsonElement element) {
        boolean isDeep =
                (element instanceof JsonObject object && object.size() > 0)
                        || (element instanceof JsonArray list && list.size() > 0);
        if (!isDeep || data.consumeInt(0, 39) == 39) {
            return other(element);
        }
        if (element instanceof JsonArray array) {
            int place = data.consumeInt(0, array.size() - 1);
            JsonArray result = new JsonArray();
            for (int i = 0; i < array.size(); i++) {
                if (i != place) {
                    result.add(array.get(i));
                } else if (data.consumeInt(0, 5) < 5) {
                    result.add(changed(array.get(i)));
                }
            }
            return result;
        }
        return changedMember((JsonObject) element);
    }

    private JsonObject changedMember(JsonObject object) {
        List<String> keys = new ArrayList<>(object.keySet());
        String chosen = data.pickValue(keys);
        JsonObject result = new JsonObject();
        for (Map.Entry<String, JsonElement> member : object.entrySet()) {
            if (!member.getKey().equals(chosen)) {
                result.add(member.getKey(), member.getValue());
                continue;
            }
            switch (data.consumeInt(0, 9)) {
                case 9 -> {}
                case 8 -> result.add(string(), member.getValue());
                case 6, 7 -> {
                    result.add(chosen, member.getValue());
                    result.add(string(), other(member.getValue()));
                }
                case 5 -> result.add(chosen, object.get(data.pickValue(keys)));
                default -> result.add(chosen, changed(member.getValue()));
            }
        }
        return result;
    }

    private JsonElement other(JsonElement element) {
        return switch (data.consumeInt(0, 9)) {
            case 9 -> JsonNull.INSTANCE;
            case 8 -> new JsonPrimitive(data.consumeBoolean());
            case 6, 7 -> new JsonPrimitive(new Spelled(data.pickValue(NUMBERS)));
            case 4 -> {
                JsonArray array = new JsonArray();
                array.add(element);
                array.add(element);
                yield array;
            }
            case 3 -> {
                JsonObject object = new JsonObject();
                object.add(string(), element);
                yield object;
            }
            default -> new JsonPrimitive(string());
        };
    }

    private String string() {
        return data.consumeBoolean()
                ? data.pickValue(STRINGS)
                : data.consumeString(MAX_STRING_LENGTH).replaceAll("[\ud800-\udfff]", "?");
    }

    private String ofLines(String valid) {
        List<String> lines = new ArrayList<>(valid.lines().toList());
        for (int left = data.consumeInt(1, MAX_CHANGES); left > 0 && !lines.isEmpty(); left--) {
            int place = data.consumeInt(0, lines.size() - 1);
            String line = lines.get(place);
            int cut = data.consumeInt(0, line.length());
            switch (data.consumeInt(0, 7)) {
                case 7 -> lines.remove(place);
                case 1 -> lines.add(place, line);
                case 2 -> lines.set(place, line + "\\");
                case 3 -> lines.set(place, line.substring(0, cut));
                case 5 -> lines.add(place, string() + "=" + string());
                case 6 -> lines.add(data.consumeInt(0, lines.size() - 1), lines.remove(place));
                case 0 -> lines.set(place, line.replaceFirst("=.*", "=") + string());
                default ->
                        lines.set(place, line.substring(0, cut) + string() + line.substring(cut));
            }
        }
        return String.join(data.consumeBoolean() ? "\n" : "\r\n", lines) + "\n";
    }

    /** A number that keeps its spelling. */
    private static final class Spelled extends Number {

        private static final long serialVersionUID = 1L;

        private final String text;

        Spelled(String text) {
            this.text = text;
        }

        @Override
        public int intValue() {
            return (int) doubleValue();
        }

        @Override
        public long longValue() {
            return (long) doubleValue();
        }

        @Override
        public float floatValue() {
            return (float) doubleValue();
        }

        @Override
        public double doubleValue() {
            return Double.parseDouble(text);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
