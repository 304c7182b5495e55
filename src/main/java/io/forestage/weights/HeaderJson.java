package io.forestage.weights;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a header's JSON as a stream: the depth is fixed, so that nested input cannot exhaust the
 * stack, and a key that comes twice is seen, which a parsed tree would hide.
 */
final class HeaderJson {

    static final String METADATA = "__metadata__";

    private final FileBytes file;
    private final JsonReader json;
    private @Nullable String tensor;

    HeaderJson(FileBytes file, long start, long end) {
        this.file = file;
        this.json = new JsonReader(new HeaderText(file, start, end));
        json.setStrictness(Strictness.STRICT);
    }

    /** Puts what the header declares into the two maps. */
    void readInto(Map<String, String> metadata, Map<String, TensorDeclaration> tensors)
            throws WeightFileException {
        try {
            readHeader(metadata, tensors);
        } catch (WeightFileException alreadyClear) {
            throw alreadyClear;
        } catch (EOFException cut) {
            throw problem("a complete JSON object", "its end at " + place());
        } catch (MalformedJsonException malformed) {
            throw problem("a header in strict JSON", "a syntax error at " + place());
        } catch (IOException failure) {
            throw problem("a header that can be read", Wording.reason(failure));
        }
    }

    private void readHeader(Map<String, String> metadata, Map<String, TensorDeclaration> tensors)
            throws IOException {
        boolean metadataSeen = false;
        json.beginObject();
        while (json.hasNext()) {
            String name = wellFormed(json.nextName());
            if (name.equals(METADATA)) {
                requireFirst(name, !metadataSeen);
                metadataSeen = true;
                readMetadata(metadata);
            } else {
                tensor = name;
                requireFirst(name, !tensors.containsKey(name));
                tensors.put(name, readTensor());
                tensor = null;
            }
        }
        json.endObject();
        require(JsonToken.END_DOCUMENT, "nothing but spaces after the JSON object");
    }

    private void readMetadata(Map<String, String> metadata) throws IOException {
        require(JsonToken.BEGIN_OBJECT, "an object of strings as " + METADATA);
        json.beginObject();
        while (json.hasNext()) {
            String key = wellFormed(json.nextName());
            requireFirst(key, !metadata.containsKey(key));
            require(JsonToken.STRING, "only strings in " + METADATA);
            metadata.put(key, wellFormed(json.nextString()));
        }
        json.endObject();
    }

    private TensorDeclaration readTensor() throws IOException {
        ElementType type = null;
        List<Long> shape = null;
        List<Long> dataOffsets = null;
        require(JsonToken.BEGIN_OBJECT, "an object with dtype, shape and data_offsets");
        json.beginObject();
        while (json.hasNext()) {
            String key = json.nextName();
            switch (key) {
                case "dtype" -> {
                    requireFirst(key, type == null);
                    type = readType();
                }
                case "shape" -> {
                    requireFirst(key, shape == null);
                    shape = readNumbers(key, TensorSize.MAX_RANK);
                }
                case "data_offsets" -> {
                    requireFirst(key, dataOffsets == null);
                    dataOffsets = readNumbers(key, 2);
                }
                default ->
                        throw problem(
                                "no keys but dtype, shape and data_offsets", Wording.quoted(key));
            }
        }
        json.endObject();
        return new TensorDeclaration(
                requirePresent("dtype", type),
                requirePresent("shape", shape),
                requirePresent("data_offsets", dataOffsets));
    }

    private ElementType readType() throws IOException {
        require(JsonToken.STRING, "a string as dtype");
        String name = json.nextString();
        return Arrays.stream(ElementType.values())
                .filter(type -> type.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                problem(
                                        "a dtype of " + Arrays.toString(ElementType.values()),
                                        Wording.quoted(name)));
    }

    private List<Long> readNumbers(String key, int most) throws IOException {
        List<Long> numbers = new ArrayList<>();
        require(JsonToken.BEGIN_ARRAY, "an array of numbers as " + key);
        json.beginArray();
        while (json.hasNext()) {
            if (numbers.size() == most) {
                throw problem("at most %d numbers as %s".formatted(most, key), "more");
            }
            numbers.add(readNumber(key));
        }
        json.endArray();
        return numbers;
    }

    private long readNumber(String key) throws IOException {
        String expected = "only integers from 0 to 2^63 - 1 in " + key;
        require(JsonToken.NUMBER, expected);
        String digits = json.nextString();
        try {
            if (digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return Long.parseLong(digits);
            }
        } catch (NumberFormatException tooLarge) {
            // Falls through to the same complaint as 1.5 and -1.
        }
        throw problem(expected, Wording.shortened(digits));
    }

    /** JSON can escape half of a surrogate pair, which no writer could put back into UTF-8. */
    private String wellFormed(String text) throws WeightFileException {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw problem("Unicode text", "an unpaired surrogate at " + place());
        }
        return text;
    }

    private void require(JsonToken token, String expected) throws IOException {
        JsonToken found = json.peek();
        if (found != token) {
            throw problem(expected, "%s at %s".formatted(found, place()));
        }
    }

    private void requireFirst(String key, boolean first) throws WeightFileException {
        if (!first) {
            throw problem("each key once", Wording.quoted(key) + " twice");
        }
    }

    private <T> T requirePresent(String key, @Nullable T value) throws WeightFileException {
        if (value == null) {
            throw problem("dtype, shape and data_offsets", "no " + key);
        }
        return value;
    }

    private String place() {
        return Wording.shortened(json.getPath());
    }

    private WeightFileException problem(String expected, String found) {
        return file.problem(tensor, expected, found, FileBytes.DAMAGED);
    }
}
