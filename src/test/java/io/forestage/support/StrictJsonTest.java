package io.forestage.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.gson.JsonObject;
import io.forestage.testing.HostileText;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the one reader of JSON refuses, and which place its errors name. */
class StrictJsonTest {

    private static final String MALFORMED =
            "a syntax error, an unpaired surrogate or nesting deeper than 255";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    ``                    | line 1 column 1 path $       | complete JSON      | the end of the text
                    {"a":                 | line 1 column 6 path $.a     | complete JSON      | the end of the text
                    {"a": [1              | line 1 column 9 path $.a[1]  | complete JSON      | the end of the text
                    {"a": 1, "a": 1}      | line 1 column 13 path $.a    | each name once     | "a" twice
                    {"a": {"b":1, "b":1}} | line 1 column 18 path $.a.b  | each name once     | "b" twice
                    []                    | line 1 column 2 path $       | an object          | an array
                    "a"                   | line 1 column 2 path $       | an object          | a string
                    1                     | line 1 column 2 path $       | an object          | a number
                    true                  | line 1 column 5 path $       | an object          | true or false
                    null                  | line 1 column 5 path $       | an object          | null
                    """)
    void aTextIsRefusedAtItsPlace(String json, String place, String expected, String found) {
        JsonException refused = refused(json);

        assertThat(refused.place()).isEqualTo(place);
        assertThat(refused.expected()).isEqualTo(expected);
        assertThat(refused.found()).isEqualTo(found);
        assertThat(refused).hasMessage("JSON at %s: expected %s, found %s", place, expected, found);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {} {}
                    {} x
                    {'a': 1}
                    {a: 1}
                    {"a": 1,}
                    {"a" = 1}
                    {"a": [1,]}
                    {"a": NaN}
                    {"a": Infinity}
                    {"a": -Infinity}
                    {"a": 01}
                    {"a": +1}
                    {"a": 1.}
                    {"a": TRUE}
                    {"a": 'b'}
                    {"a": "\\x"}
                    {"a": "\\ud800"}
                    {"a": "\\udc00\\ud800"}
                    {"\\ud800": 1}
                    {/* */}
                    {} // end
                    {"a": # end
                    """)
    void moreThanStrictJsonIsRefused(String json) {
        JsonException refused = refused(json);

        assertThat(refused.expected()).isEqualTo("strict JSON");
        assertThat(refused.found()).isEqualTo(MALFORMED);
        assertThat(refused.place()).startsWith("line 1 column ");
    }

    @Test
    void aControlCharacterInAStringIsRefused() {
        assertThat(refused("{\"a\": \"\t\"}").expected()).isEqualTo("strict JSON");
        assertThat(refused("{\"a\": \"\n\"}").expected()).isEqualTo("strict JSON");
    }

    @Test
    void aPlaceHasLineAndPath() {
        assertThat(refused("{\"a\": 1,\n \"b\": [0, {\"c\": x}]}").place())
                .isEqualTo("line 2 column 17 path $.b[1].c");
    }

    @Test
    void nestingIsRefusedAtLevel256InATreeAndWhereSkipped() throws IOException {
        assertThat(tree(nested(254)).size()).isOne();
        assertThat(refused(nested(256)).found()).isEqualTo(MALFORMED);
        assertThat(refused(nested(1_000_000)).found()).isEqualTo(MALFORMED);
        StrictJson json = new StrictJson(nested(1_000_000));
        assertThatThrownBy(
                        () ->
                                json.document(
                                        () -> {
                                            json.skip();
                                            return json;
                                        }))
                .isInstanceOf(JsonException.class)
                .hasMessageContaining("nesting");
    }

    @Test
    void aTreeKeepsOrderAndSpelling() throws IOException {
        String text =
                "{\"z\":1.50,\"a\":[1e2,-0,null,true,\"\\\"\"],\"b\":{\"c\":123456789012345678901}}";

        assertThat(tree(text)).hasToString(text);
    }

    @Test
    void moreNamesThanAllowedAreRefused() {
        StrictJson json = new StrictJson(new StringReader("{\"a\":1,\"b\":1,\"c\":1}"), 2);

        assertThatThrownBy(() -> json.object("an object", name -> json.skip()))
                .hasMessage(
                        "JSON at line 1 column 17 path $.c: expected at most 2 names, found more");
    }

    @Test
    void moreThanTheHeapHoldsIsRefusedWithARemedy() {
        StrictJson json = new StrictJson("{}");

        JsonException refused =
                catchThrowableOfType(
                        JsonException.class,
                        () -> {
                            while (true) {
                                json.keep("a", Integer.MAX_VALUE / 2);
                            }
                        });

        assertThat(refused.expected()).contains("names and values that fit a heap of ");
        assertThat(refused.remedyOr("none")).contains("-Xmx");
        assertThat(refused("[]").remedyOr("none")).isEqualTo("none");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0, 0",
        "1.0, 1",
        "1e2, 100",
        "-9223372036854775808, -9223372036854775808"
    })
    void anIntegerMayBeSpelledInAnyWay(String number, long value) throws IOException {
        StrictJson json = new StrictJson("[" + number + "]");

        json.array("an array", () -> assertThat(json.integer("an integer")).isEqualTo(value));
    }

    @ParameterizedTest
    @CsvSource({
        "1.5",
        "9223372036854775808",
        "1e30",
        "1e999999999",
        "1e99999999999",
        "1e-999999999"
    })
    void aNumberThatIsNoIntegerIsRefusedAtItsOwnPlace(String number) {
        StrictJson json = new StrictJson("[7, %s]".formatted(number));

        assertThatThrownBy(() -> json.array("an array", () -> json.integer("an integer")))
                .hasMessageMatching(
                        "JSON at line 1 column \\d+ path \\$\\[1]: expected an integer, found \\Q"
                                + number
                                + "\\E");
    }

    @ParameterizedTest
    @CsvSource({"-1", "-0", "1.0", "1e2", "9223372036854775808"})
    void anIndexHasDigitsAlone(String number) throws IOException {
        StrictJson json = new StrictJson("[9223372036854775807, %s]".formatted(number));
        List<Long> read = new ArrayList<>();

        assertThatThrownBy(() -> json.array("an array", () -> read.add(json.index("an index"))))
                .hasMessageContaining("path $[1]: expected an index, found " + number);
        assertThat(read).containsExactly(Long.MAX_VALUE);
    }

    @Test
    void anArrayThatIsLeftEarlyIsRefused() throws IOException {
        StrictJson json = new StrictJson("[1, 2]");
        json.beginArray("an array");
        assertThat(json.index("an index")).isOne();

        assertThat(json.hasNext()).isTrue();
        assertThatThrownBy(json::endArray)
                .hasMessageContaining("expected the end of the array, found a number");
    }

    @Test
    void exceptionsOfTheReaderAndOfTheCallerPassUnchanged() {
        IOException ofReader = new IOException("disk");
        StrictJson broken =
                new StrictJson(
                        new Reader() {
                            @Override
                            public int read(char[] into, int offset, int length)
                                    throws IOException {
                                throw ofReader;
                            }

                            @Override
                            public void close() {}
                        },
                        1);
        assertThatThrownBy(() -> broken.document(() -> JsonTree.read(broken, "an object")))
                .isSameAs(ofReader);

        IOException ofCaller = new IOException("caller");
        StrictJson json = new StrictJson("{}");
        assertThatThrownBy(
                        () ->
                                json.document(
                                        () -> {
                                            throw ofCaller;
                                        }))
                .isSameAs(ofCaller);
    }

    @Test
    void noMessageRepeatsWhatSteersATerminal() {
        int count = 0;
        for (String text : HostileText.everywhereIn("{\"a\": [1], \"a\": {\"b\": 2}}")) {
            @Nullable JsonException refused =
                    catchThrowableOfType(JsonException.class, () -> tree(text));
            if (refused != null) {
                HostileText.assertHarmless(String.valueOf(refused.getMessage()));
                count++;
            }
        }
        assertThat(count).isGreaterThan(10);
    }

    private static String nested(int arrays) {
        return "{\"a\":" + "[".repeat(arrays) + "]".repeat(arrays) + "}";
    }

    private static JsonObject tree(String text) throws IOException {
        StrictJson json = new StrictJson(text);
        return json.document(() -> JsonTree.read(json, "an object"));
    }

    private static JsonException refused(String text) {
        return catchThrowableOfType(JsonException.class, () -> tree(text));
    }
}
