package io.forestage.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.inference.Predictor;
import ai.djl.modality.Input;
import ai.djl.modality.Output;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.repository.zoo.ZooModel;
import io.forestage.model.ServingProperties;
import io.forestage.testing.HostileText;
import io.forestage.testing.TinyModel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests of an untrusted client: each is refused with its reason, without any other effect. */
class HostileRequestsTest {

    private static final int BAD = 400;

    @TempDir static Path folder;

    private static ZooModel<Input, Output> model;
    private static Predictor<Input, Output> predictor;

    @BeforeAll
    static void loadModel() throws Exception {
        TinyModel.write(folder);
        ServingProperties.write(folder, ServingProperties.Classes.ON_CLASS_PATH, false);
        model = ServerCalls.load(folder, 8);
        predictor = model.newPredictor();
    }

    @AfterAll
    static void closeModel() {
        predictor.close();
        model.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"inputs": "a"                      | body at $.inputs: expected complete JSON, found the end of the text
                    {'inputs': 'a'}                     | body at $.: expected strict JSON, found a syntax error, an unpaired surrogate or nesting deeper than 255
                    {"inputs": "a"} x                   | body at $: expected strict JSON, found a syntax error, an unpaired surrogate or nesting deeper than 255
                    {"inputs": "a"} {}                  | body at $: expected strict JSON, found a syntax error, an unpaired surrogate or nesting deeper than 255
                    {}                                  | body at $: expected "inputs" in the object, found none
                    {"inputs": null}                    | body at $.inputs: expected a text, a list of texts, or a list of ids, found null
                    {"inputs": 5}                       | body at $.inputs: expected a text, a list of texts, or a list of ids, found a number
                    {"inputs": {}}                      | body at $.inputs: expected a text, a list of texts, or a list of ids, found an object
                    {"inputs": []}                      | body at $.inputs[0]: expected texts or ids in the list, found the end of the array
                    {"inputs": [null]}                  | body at $.inputs[0]: expected texts or ids in the list, found null
                    {"inputs": ["a", null]}             | body at $.inputs[1]: expected a text, as the first one is, found null
                    {"inputs": ["a", 5]}                | body at $.inputs[1]: expected a text, as the first one is, found a number
                    {"inputs": [[1], null]}             | body at $.inputs[1]: expected a list of ids, as the first one is, found null
                    {"inputs": [[1, null]]}             | body at $.inputs[0][1]: expected an id, found null
                    {"inputs": [[1, "2"]]}              | body at $.inputs[0][1]: expected an id, found a string
                    {"inputs": [1.5]}                   | body at $.inputs[0]: expected an id, found 1.5
                    {"inputs": [99999999999999999999]}  | body at $.inputs[0]: expected an id, found 99999999999999999999
                    {"inputs": [-1]}                    | token ids: found -1 at [0, 0], expected 0 to 50256: the model's vocabulary
                    {"inputs": [50257]}                 | token ids: found 50257 at [0, 0], expected 0 to 50256: the model's vocabulary
                    {"inputs": "a", "inputs": "b"}      | body at $.inputs: expected each name once, found "inputs" twice
                    {"inputs": "a", "input": "b"}       | body at $.input: expected the names "inputs" and "parameters", found "input"
                    {"inputs": "a", "parameters": null} | body at $.parameters: expected an object, found null
                    {"inputs": "a", "parameters": []}   | body at $.parameters: expected an object, found an array
                    {"inputs": "a", "parameters": {"pooling": null}} | body at $.parameters.pooling: expected a text, a number or true or false, found null
                    {"inputs": "a", "parameters": {"pooling": []}}   | body at $.parameters.pooling: expected a text, a number or true or false, found an array
                    {"inputs": "a", "parameters": {"pooling": "max"}} | parameters pooling: expected one of none, mean, last, found "max"
                    {"inputs": "a", "parameters": {"device": "cpu"}} | parameters "device": expected one of dtype, maxLength, normalize, onTooLong, padding, paddingSide, pooling, specialTokens, stride, found an unknown argument; correct or remove it
                    {"inputs": "\\ud800"}               | body at $.inputs: expected strict JSON, found a syntax error, an unpaired surrogate or nesting deeper than 255
                    5                                   | body at $: expected a text, a list of texts, or a list of ids, found a number
                    null                                | body at $: expected a text, a list of texts, or a list of ids, found null
                    """)
    void aBodyOfJsonIsRefused(String body, String message) throws Exception {
        requireRefusal(Requests.json(body), BAD, message);
    }

    @Test
    void deepJsonIsRefusedAtTheFirstLevelThatIsNotExpected() throws Exception {
        requireRefusal(
                Requests.json("[".repeat(1_000_000)),
                BAD,
                "body at $[0][0]: expected an id, found an array");
    }

    @Test
    void noAnswerRepeatsWhatSteersATerminal() throws Exception {
        String sound = "{\"inputs\": [\"a\"], \"parameters\": {\"pooling\": \"mean\"}}";
        int refused = 0;
        for (String body : HostileText.everywhereIn(sound)) {
            Output answer = predictor.predict(Requests.json(body));
            HostileText.assertHarmless(answer.getMessage());
            refused += answer.getCode() == 200 ? 0 : 1;
        }
        assertThat(refused).isGreaterThan(20);
        Output answer =
                predictor.predict(Requests.of("text/" + HostileText.TEXT, new byte[] {'a'}));
        HostileText.assertHarmless(answer.getMessage());
        assertThat(answer.getCode()).isEqualTo(415);
    }

    @Test
    void anEmptyBodyIsRefused() throws Exception {
        requireRefusal(Requests.json(""), BAD, "body: expected a text or ids, found 0 bytes");
    }

    @Test
    void aRequestWithoutABodyIsRefused() throws Exception {
        requireRefusal(new Input(), BAD, "body: expected a text or ids, found none");
    }

    @Test
    void bytesThatAreNoUtf8AreRefused() throws Exception {
        requireRefusal(
                Requests.of("text/plain", new byte[] {'a', (byte) 0xff}),
                BAD,
                "body: expected UTF-8, found other bytes");
    }

    @Test
    void aTextThatIsTooLongIsRefused() throws Exception {
        requireRefusal(
                Requests.of("text/plain", "word ".repeat(50)),
                BAD,
                "text 0: expected at most 32 tokens (maxLength), found 51; shorten it, or set"
                        + " onTooLong to truncate or windows");
    }

    @Test
    void idsThatAreTooLongAreRefused() throws Exception {
        requireRefusal(
                Requests.json(Arrays.toString(new long[33])),
                BAD,
                "text 0: expected at most 32 tokens (maxLength), found 33; shorten it, or"
                        + " set onTooLong to truncate or windows");
    }

    @Test
    void aHugeBodyIsRefusedUnread() throws Exception {
        requireRefusal(
                Requests.of("text/plain", new byte[(4 << 20) + 1]),
                413,
                "bytes in the body: expected at most 4194304 in one request (maxRequestBytes),"
                        + " found 4194305; send several requests");
    }

    @Test
    void moreTextsThanARequestMayHaveAreRefused() throws Exception {
        requireRefusal(
                Requests.json("[" + "\"\",".repeat(4096) + "\"\"]"),
                413,
                "texts or rows of ids: expected at most 4096 in one request (maxRequestTexts),"
                        + " found 4097; send several requests");
    }

    @Test
    void aSmallBodyThatAsksForManyWindowsIsRefused() throws Exception {
        requireRefusal(
                Requests.json(
                        "{\"inputs\": \"%s\", \"parameters\": {\"onTooLong\": \"windows\", \"stride\": 1}}"
                                .formatted(" a".repeat(3000))),
                413,
                "tokens, with the padding: expected at most 65536 in one request"
                        + " (maxRequestTokens), found 95008; send several requests");
    }

    /** Each text's windows are few enough; all of them together are a gigabyte. */
    @Test
    void manyTextsThatAskForManyWindowsTogetherAreRefusedUncut() throws Exception {
        String texts = ("\"" + " a".repeat(500) + "\",").repeat(4095) + "\"a\"";
        requireRefusal(
                Requests.json(
                        "{\"inputs\": [%s], \"parameters\": {\"onTooLong\": \"windows\", \"stride\": 1}}"
                                .formatted(texts)),
                413,
                "tokens, with the padding: expected at most 65536 in one request"
                        + " (maxRequestTokens), found 61457761; send several requests");
    }

    @Test
    void aSmallBodyThatAsksForMuchPaddingIsRefused() throws Exception {
        requireRefusal(
                Requests.json(
                        "{\"inputs\": [%s\"a\"], \"parameters\": {\"padding\": \"max_length\"}}"
                                .formatted("\"a\",".repeat(2048))),
                413,
                "tokens, with the padding: expected at most 65536 in one request"
                        + " (maxRequestTokens), found 65568; send several requests");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "image/png",
                "application/x-www-form-urlencoded",
                "",
                "text/plain; charset=latin1"
            })
    void contentOfAnotherTypeIsRefused(String type) throws Exception {
        requireRefusal(
                Requests.of(type, "a"),
                415,
                "Content-Type: expected one of application/json, text/plain, tensor/ndlist,"
                        + " tensor/safetensors, in UTF-8, found \""
                        + type
                        + "\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "image/png",
                "application/json;q=0",
                "text/csv, text/plain",
                "tensor/npz;q=x"
            })
    void anAnswerOfAnotherTypeIsRefused(String accepted) throws Exception {
        requireRefusal(
                Requests.accepting(accepted, Requests.json("\"a\"")),
                406,
                "Accept: expected one of application/json, tensor/ndlist, tensor/safetensors,"
                        + " tensor/npz, found \""
                        + accepted
                        + "\"");
    }

    @Test
    void everyPrefixOfArraysIsRefused() throws Exception {
        for (NDList.Encoding encoding :
                List.of(NDList.Encoding.ND_LIST, NDList.Encoding.SAFETENSORS)) {
            byte[] whole = Requests.paddedIds(encoding);
            for (int length = 1; length < whole.length; length++) {
                Output output =
                        predictor.predict(
                                Requests.of(type(encoding), Arrays.copyOf(whole, length)));
                assertThat(output.getCode()).as(encoding + " cut at " + length).isEqualTo(BAD);
                assertThat(output.getMessage()).contains("body");
            }
        }
    }

    /** A length that is taken on trust would ask for gigabytes, or end the process. */
    @Test
    void everyLengthOfAnNdListMayBeALie() throws Exception {
        byte[] whole = Requests.paddedIds(NDList.Encoding.ND_LIST);
        for (int at = 0; at + Integer.BYTES <= whole.length - 48; at++) {
            for (int lie : new int[] {-1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
                byte[] changed = whole.clone();
                ByteBuffer.wrap(changed).putInt(at, lie);
                Output output = predictor.predict(Requests.of("tensor/ndlist", changed));
                assertThat(output.getCode()).as("%d at byte %d", lie, at).isIn(BAD, 413, 200);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"ids": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}    | body, array "ids": expected I64 or I32 or BOOL, found "F32"
                    {"ids": {"dtype": "I32", "shape": [3], "data_offsets": [0, 8]}}    | "ids" in body: expected 12 bytes for I32 [3], found 8 between data_offsets [0, 8]; send arrays of ids as safetensors writes them
                    {"ids": {"dtype": "I32", "shape": [2], "data_offsets": [0, 9]}}    | "ids" in body: expected two ascending data_offsets within the file's 8 bytes of data, found [0, 9]; send arrays of ids as safetensors writes them
                    {"ids": {"dtype": "I32", "shape": [2], "data_offsets": [8, 0]}}    | "ids" in body: expected two ascending data_offsets within the file's 8 bytes of data, found [8, 0]; send arrays of ids as safetensors writes them
                    {"ids": {"dtype": "I32", "shape": [-2], "data_offsets": [0, 8]}}   | "ids" in body: expected only integers from 0 to 2^63 - 1 in shape, found -2 at $.ids.shape[0]; send arrays of ids as safetensors writes them
                    {"ids": {"dtype": "I64", "shape": [], "data_offsets": [0, 8]}}     | body, array "ids": expected a shape (T) or (B, T), found []
                    {"ids": {"dtype": "I32", "shape": [1, 1, 2], "data_offsets": [0, 8]}} | body, array "ids": expected a shape (T) or (B, T), found [1, 1, 2]
                    {"ids": {"dtype": null}}                                           | "ids" in body: expected a string as dtype, found null at $.ids.dtype; send arrays of ids as safetensors writes them
                    {"ids": {"type": "I32"}}                                           | "ids" in body: expected only the keys dtype, shape and data_offsets, found "type" at $.ids.type; send arrays of ids as safetensors writes them
                    {"ids": {"dtype": "I32", "dtype": "I64"}}                          | "ids" in body: expected each name once, found "dtype" twice at $.ids.dtype; send arrays of ids as safetensors writes them
                    {"ids": {"dtype": "I32", "shape": [1], "data_offsets": [0, 4]}}    | body: expected a file of 75 bytes, as in its header, found a file of 79 bytes; send arrays of ids as safetensors writes them
                    {"ids": {"dtype": "I32", "shape": [2], "data_offsets": [0, 8]}, "b": {"dtype": "I32", "shape": [2], "data_offsets": [0, 8]}} | "b" in body: expected data_offsets that start at 8, where the previous tensor ends, found 0, which leaves an overlap; send arrays of ids as safetensors writes them
                    {"ids": {"dtype": "I32", "shape": [1], "data_offsets": [0, 4]}, "b": {"dtype": "I32", "shape": [1], "data_offsets": [4, 8]}} | body: expected the arrays "ids" or "input_ids" and, if they are padded, "attention_mask"; "token_type_ids" is allowed if all are 0; found "[ids, b]"
                    {"a": {"dtype": "U8", "shape": [2], "data_offsets": [0, 2]}, "b": {"dtype": "U8", "shape": [2], "data_offsets": [2, 4]}, "c": {"dtype": "U8", "shape": [2], "data_offsets": [4, 6]}, "d": {"dtype": "U8", "shape": [2], "data_offsets": [6, 8]}} | body: expected 1 to 3 arrays, found 4
                    """)
    void aSafetensorsHeaderIsRefused(String header, String message) throws Exception {
        requireRefusal(safetensors(header, 8), BAD, message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {}                                                                 | body: expected the arrays "ids" or "input_ids" and, if they are padded, "attention_mask"; "token_type_ids" is allowed if all are 0; found "[]"
                    {"ids": {"dtype": "I32", "shape": [0, 2], "data_offsets": [0, 0]}} | ids: expected at least one row, found none
                    """)
    void safetensorsWithoutIdsAreRefused(String header, String message) throws Exception {
        requireRefusal(safetensors(header, 0), BAD, message);
    }

    @Test
    void aSafetensorsHeaderInOtherBytesIsRefused() throws Exception {
        requireRefusal(
                safetensors(
                        "{\"__metadata__\": {\"a\": \"\u00e9\"}}", 0, StandardCharsets.ISO_8859_1),
                BAD,
                "body: expected a header in UTF-8, found malformed bytes at byte 32 of the file;"
                        + " send arrays of ids as safetensors writes them");
    }

    @Test
    void manyEmptyRowsInASmallBodyAreRefused() throws Exception {
        requireRefusal(
                safetensors(
                        "{\"ids\": {\"dtype\": \"I64\", \"shape\": [9000000000, 0],"
                                + " \"data_offsets\": [0, 0]}}",
                        0),
                413,
                "texts or rows of ids: expected at most 4096 in one request (maxRequestTexts),"
                        + " found 9000000000; send several requests");
    }

    @Test
    void aMaskWithAHoleIsRefused() throws Exception {
        requireRefusal(
                arrays(new long[][] {{1, 2, 3}}, new long[][] {{1, 0, 1}}),
                BAD,
                "body, array \"attention_mask\": expected one run of 1 in row 0 with 0 around it,"
                        + " found 1 at index 2");
    }

    @Test
    void aMaskOfAnotherShapeIsRefused() throws Exception {
        requireRefusal(
                arrays(new long[][] {{1, 2, 3}}, new long[][] {{1, 1}}),
                BAD,
                "body, array \"attention_mask\": expected the shape of the ids, [1, 3], found"
                        + " [1, 2]");
    }

    @Test
    void arraysOfAnotherTypeAreRefused() throws Exception {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            Input input = new Input();
            input.add("data", new NDList(manager.create(new float[] {1, 2})));

            requireRefusal(
                    input,
                    BAD,
                    "body, array without a name: expected INT64 or INT32 or BOOLEAN, found"
                            + " \"FLOAT32\"");
        }
    }

    @Test
    void aMessageIsOneLineOfPlainCharacters() throws Exception {
        Output output =
                predictor.predict(
                        Requests.json("{\"inputs\": \"a\", \"line\\r\\nbreak \\u00e9\": 1}"));

        assertThat(output.getCode()).isEqualTo(BAD);
        assertThat(output.getMessage()).matches("[ -~]+");
    }

    private static Input arrays(long[][] ids, long[][] mask) {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDArray first = manager.create(ids[0]).reshape(1, ids[0].length);
            NDArray second = manager.create(mask[0]).reshape(1, mask[0].length);
            first.setName("ids");
            second.setName("attention_mask");
            return Requests.of("tensor/ndlist", new NDList(first, second).encode());
        }
    }

    private static String type(NDList.Encoding encoding) {
        return encoding == NDList.Encoding.ND_LIST ? "tensor/ndlist" : "tensor/safetensors";
    }

    private static Input safetensors(String header, int dataBytes) {
        return safetensors(header, dataBytes, StandardCharsets.UTF_8);
    }

    private static Input safetensors(String header, int dataBytes, Charset charset) {
        byte[] text = header.getBytes(charset);
        ByteBuffer body =
                ByteBuffer.allocate(8 + text.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
        body.putLong(text.length).put(text);
        return Requests.of("tensor/safetensors", body.array());
    }

    private static void requireRefusal(Input input, int code, String message) throws Exception {
        Output output = predictor.predict(input);

        // Lines and columns only where JSON is the subject: StrictJsonTest.
        assertThat(output.getMessage().replaceFirst("at line \\d+ column \\d+ path ", "at "))
                .isEqualTo(message);
        assertThat(output.getCode()).isEqualTo(code);
        assertThat(output.getProperty("Content-Type", null)).isEqualTo("application/json");
    }
}
