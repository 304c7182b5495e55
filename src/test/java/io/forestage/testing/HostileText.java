package io.forestage.testing;

import static org.assertj.core.api.Assertions.assertThat;

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
 * A text that would set a terminal's title, reverse the direction of a line, hide characters and
 * fill the screen; and JSON files with that text in every place.
 */
public final class HostileText {

    /** Sets a title, breaks the line, reverses the direction, is partly invisible, and is long. */
    public static final String TEXT =
            "\u001b]0;x\u0007\n\r\u202e\u200b\u009b\u2028" + "x".repeat(3000);

    /** A shorter text, for a name. */
    public static final String KEY = "\u001b]0;x\u0007\n\u202e";

    /** The maximum length of a message. */
    public static final int MAX_LENGTH = 1000;

    private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

    private HostileText() {}

    /** Reads what a test has written. */
    @FunctionalInterface
    public interface Action {
        void run() throws Exception;
    }

    /**
     * Runs a reader.
     *
     * @return the message of its exception; empty if it succeeded
     */
    public static String messageOf(Action action) {
        try {
            action.run();
            return "";
        } catch (Exception refused) {
            assertThat(refused.getMessage()).isNotNull();
            return refused.getMessage();
        }
    }

    /** Returns whether a text has a character that controls a terminal or is invisible. */
    public static boolean isUnsafe(String text) {
        return text.codePoints().anyMatch(HostileText::isUnsafe);
    }

    private static boolean isUnsafe(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    true;
            default -> false;
        };
    }

    public static void assertHarmless(String message) {
        assertThat(message.length()).as("length of: %s", message).isLessThanOrEqualTo(MAX_LENGTH);
        assertThat(isUnsafe(message)).as(message).isFalse();
    }

    /** Returns a text as a JSON string in quotes. */
    public static String quoted(String text) {
        return GSON.toJson(text);
    }

    /**
     * Returns copies of valid JSON, each with the text in another place: for a value or a key, in
     * an array or object for a value, as a duplicate key, and outside all strings. Some have a
     * number of 3001 digits instead.
     */
    public static List<String> everywhereIn(String json) {
        JsonElement sound = JsonParser.parseString(json);
        List<String> all = new ArrayList<>();
        int places = new Change(-1).places(sound);
        for (int place = 0; place < places; place++) {
            all.add(GSON.toJson(new Change(place).of(sound)));
        }
        for (int i = json.indexOf('{'); i >= 0; i = json.indexOf('{', i + 1)) {
            String key = quoted(TEXT) + ":";
            String behind = json.substring(i + 1).strip();
            String comma = behind.startsWith("}") ? "" : ",";
            for (String value : List.of("0", quoted(TEXT), "{}", "[]", "null", "true")) {
                all.add(json.substring(0, i + 1) + key + value + comma + behind);
            }
            all.add(json.substring(0, i + 1) + key + "0," + key + "1" + comma + behind);
            all.add(json.substring(0, i + 1) + TEXT + behind);
        }
        all.add(json + TEXT);
        all.add(TEXT);
        return all;
    }

    /** Counts the places, or changes one of them. */
    private static final class Change {

        private static final int WAYS = 5;

        private final int wanted;
        private int next;

        Change(int wanted) {
            this.wanted = wanted;
        }

        int places(JsonElement sound) {
            of(sound);
            return next;
        }

        JsonElement of(JsonElement element) {
            JsonElement here = element;
            for (int way = 0; way < WAYS; way++) {
                if (next++ == wanted) {
                    here = other(way);
                }
            }
            if (here instanceof JsonObject object) {
                return ofMembers(object);
            }
            if (here instanceof JsonArray array) {
                JsonArray changed = new JsonArray();
                array.forEach(each -> changed.add(of(each)));
                return changed;
            }
            return here;
        }

        private JsonElement ofMembers(JsonObject object) {
            JsonObject changed = new JsonObject();
            for (Map.Entry<String, JsonElement> member : object.entrySet()) {
                boolean isHere = next++ == wanted;
                changed.add(isHere ? TEXT : member.getKey(), of(member.getValue()));
            }
            return changed;
        }

        private static JsonElement other(int way) {
            return switch (way) {
                case 0 -> new JsonPrimitive(TEXT);
                case 1 -> new JsonPrimitive(new LongNumber());
                case 2 -> {
                    JsonArray array = new JsonArray();
                    array.add(TEXT);
                    yield array;
                }
                case 3 -> {
                    JsonObject object = new JsonObject();
                    object.add(TEXT, new JsonPrimitive(TEXT));
                    yield object;
                }
                default -> JsonNull.INSTANCE;
            };
        }
    }

    /** A number that is written with 3001 digits. */
    private static final class LongNumber extends Number {

        private static final long serialVersionUID = 1L;

        @Override
        public int intValue() {
            return 1;
        }

        @Override
        public long longValue() {
            return 1;
        }

        @Override
        public float floatValue() {
            return 1;
        }

        @Override
        public double doubleValue() {
            return 1;
        }

        @Override
        public String toString() {
            return "1" + "0".repeat(3000);
        }
    }
}
