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
 * Sound files with one to three things wrong. Bytes drawn at random are refused where a file
 * begins; these come as far as the checks behind. Where the drawn bytes are used up, each choice is
 * the first one, so that the first ones do little harm.
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

    private static final int MOST_WRONG = 3;
    private static final int LONGEST_OWN = 40;

    private final FuzzedDataProvider data;

    private Mutants(FuzzedDataProvider data) {
        this.data = data;
    }

    /** JSON that is mostly well-formed. */
    public static String json(FuzzedDataProvider data, String sound) {
        return new Mutants(data).json(sound);
    }

    /** Lines of which some are changed, twice there, gone, or in another order. */
    public static String lines(FuzzedDataProvider data, String sound) {
        return new Mutants(data).ofLines(sound);
    }

    /** Bytes of which some are others. */
    public static byte[] bytes(FuzzedDataProvider data, byte[] sound) {
        byte[] bytes = sound.clone();
        for (int wrong = data.consumeInt(1, MOST_WRONG); wrong > 0 && bytes.length > 0; wrong--) {
            int place = data.consumeInt(0, bytes.length - 1);
            bytes[place] =
                    data.consumeBoolean()
                            ? data.consumeByte()
                            : (byte) (bytes[place] ^ (1 << data.consumeInt(0, 7)));
        }
        return bytes;
    }

    /** A string that may be of any kind. */
    public static String string(FuzzedDataProvider data) {
        return new Mutants(data).string();
    }

    private String json(String sound) {
        JsonElement json = JsonParser.parseString(sound);
        for (int wrong = data.consumeInt(1, MOST_WRONG); wrong > 0; wrong--) {
            json = changed(json);
        }
        String text = GSON.toJson(json);
        return switch (data.consumeInt(0, 19)) {
            case 18 -> twice(text);
            case 19 -> cut(text);
            default -> text;
        };
    }

    private String cut(String text) {
        int place = data.consumeInt(0, text.length());
        return text.substring(0, place) + data.consumeString(3);
    }

    /** The first member of some object once more. */
    private String twice(String text) {
        int begin = text.indexOf('{', data.consumeInt(0, text.length() - 1));
        int colon = text.indexOf(':', begin);
        return begin < 0 || colon < 0
                ? text
                : text.substring(0, colon) + ":0," + text.substring(begin + 1);
    }

    /** One change at a place of the tree, which is gone down from its root. */
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
                : data.consumeString(LONGEST_OWN).replaceAll("[\ud800-\udfff]", "?");
    }

    private String ofLines(String sound) {
        List<String> lines = new ArrayList<>(sound.lines().toList());
        for (int wrong = data.consumeInt(1, MOST_WRONG); wrong > 0 && !lines.isEmpty(); wrong--) {
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

    /** A number as it is spelled. */
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
