package io.forestage.model;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.forestage.support.FailureReason;
import io.forestage.support.JsonException;
import io.forestage.support.JsonTree;
import io.forestage.support.Quoted;
import io.forestage.support.StrictJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The values of a config.json or provenance.json, each read with its type and range. */
public final class ConfigJson {

    /** Real files have about 1 kB. */
    private static final int MAX_BYTES = 1 << 20;

    private final Path file;
    private final JsonObject values;

    private ConfigJson(Path file, JsonObject values) {
        this.file = file;
        this.values = values;
    }

    static ConfigJson read(Path file) throws ModelFolderException {
        return new ConfigJson(file, parse(file, text(file)));
    }

    /**
     * Reads an integer.
     *
     * @param key its key
     * @param byDefault the value where the key is absent or null
     * @param min the least value
     * @param max the greatest value
     * @return the value
     * @throws ModelFolderException if it is no integer or out of the range
     */
    public long integer(String key, long byDefault, long min, long max)
            throws ModelFolderException {
        OptionalLong value = optionalInteger(key, min, max);
        return value.orElse(byDefault);
    }

    OptionalLong optionalInteger(String key, long min, long max) throws ModelFolderException {
        JsonElement value = find(key);
        if (value == null) {
            return OptionalLong.empty();
        }
        String expected = "an integer from %d to %d".formatted(min, max);
        try {
            long number = number(key, value, expected).longValueExact();
            if (number >= min && number <= max) {
                return OptionalLong.of(number);
            }
        } catch (ArithmeticException e) {
            throw wrong(key, expected, value, e);
        }
        throw wrong(key, expected, value, null);
    }

    /**
     * An id that is only advice: an integer, or the first of a list of integers, that is from 0 to
     * {@code last}. transformers writes others too, such as -1.
     */
    OptionalLong optionalId(String key, long last) throws ModelFolderException {
        JsonElement value = find(key);
        if (value == null) {
            return OptionalLong.empty();
        }
        String expected = "an integer or a list of integers";
        List<JsonElement> each = value instanceof JsonArray list ? list.asList() : List.of(value);
        OptionalLong first = OptionalLong.empty();
        for (JsonElement item : each) {
            BigDecimal number = number(key, item, expected);
            try {
                long id = number.longValueExact();
                if (first.isEmpty() && id >= 0 && id <= last) {
                    first = OptionalLong.of(id);
                }
            } catch (ArithmeticException e) {
                throw wrong(key, expected, value, e);
            }
        }
        return first;
    }

    /** The decoder's values in the configuration of a model that also has an encoder. */
    ConfigJson decoder() throws ModelFolderException {
        if (!string("model_type", "").endsWith("encoder-decoder") || !has("decoder")) {
            return this;
        }
        if (values.get("decoder") instanceof JsonObject decoder) {
            return new ConfigJson(file, decoder);
        }
        throw wrong("decoder", "an object", values.get("decoder"), null);
    }

    /**
     * Reads a number.
     *
     * @param key its key
     * @param byDefault the value where the key is absent or null
     * @param min the least value
     * @param below a bound that no value reaches
     * @return the value
     * @throws ModelFolderException if it is no number or out of the range
     */
    public double real(String key, double byDefault, double min, double below)
            throws ModelFolderException {
        JsonElement value = find(key);
        if (value == null) {
            return byDefault;
        }
        String expected = "a number of at least %s and less than %s".formatted(min, below);
        double number = number(key, value, expected).doubleValue();
        if (number >= min && number < below) {
            return number;
        }
        throw wrong(key, expected, value, null);
    }

    /**
     * Reads a truth value.
     *
     * @param key its key
     * @param byDefault the value where the key is absent or null
     * @return the value
     * @throws ModelFolderException if it is neither true nor false
     */
    public boolean truth(String key, boolean byDefault) throws ModelFolderException {
        JsonElement value = find(key);
        if (value == null) {
            return byDefault;
        }
        if (value instanceof JsonPrimitive primitive && primitive.isBoolean()) {
            return primitive.getAsBoolean();
        }
        throw wrong(key, "true or false", value, null);
    }

    /**
     * Reads a text.
     *
     * @param key its key
     * @param byDefault the value where the key is absent or null
     * @return the value
     * @throws ModelFolderException if it is no text
     */
    public String string(String key, String byDefault) throws ModelFolderException {
        JsonElement value = find(key);
        if (value == null) {
            return byDefault;
        }
        if (value instanceof JsonPrimitive primitive && primitive.isString()) {
            return primitive.getAsString();
        }
        throw wrong(key, "a string", value, null);
    }

    /** Returns a copy of the whole object. */
    JsonObject values() {
        return values.deepCopy();
    }

    /**
     * Returns whether a key has a value other than null.
     *
     * @param key the key
     */
    public boolean has(String key) {
        return find(key) != null;
    }

    /**
     * Makes the error for a value.
     *
     * @param key its key
     * @param expected what was expected
     * @param found the value
     * @param cause the cause, or null
     */
    public ModelFolderException wrong(
            String key, String expected, Object found, @Nullable Throwable cause) {
        return new ModelFolderException(
                file,
                "%s: expected %s, found %s"
                        .formatted(Quoted.cut(key), expected, Quoted.cut(found.toString())),
                cause);
    }

    private @Nullable JsonElement find(String key) {
        JsonElement value = values.get(key);
        return value == null || value.isJsonNull() ? null : value;
    }

    private BigDecimal number(String key, JsonElement value, String expected)
            throws ModelFolderException {
        if (value instanceof JsonPrimitive primitive && primitive.isNumber()) {
            try {
                return primitive.getAsBigDecimal();
            } catch (NumberFormatException e) {
                throw wrong(key, expected, value, e); // gson limits digits and exponents
            }
        }
        throw wrong(key, expected, value, null);
    }

    private static String text(Path file) throws ModelFolderException {
        try {
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                throw new ModelFolderException(
                        file,
                        "expected a file, found a folder, a pipe or a device; replace it with the"
                                + " model's config.json");
            }
            try (InputStream in = Files.newInputStream(file)) {
                byte[] bytes = in.readNBytes(MAX_BYTES + 1);
                if (bytes.length > MAX_BYTES) {
                    throw new ModelFolderException(
                            file,
                            "expected at most %d bytes of JSON, found more; it is another kind of file"
                                    .formatted(MAX_BYTES));
                }
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes))
                        .toString();
            }
        } catch (NoSuchFileException e) {
            throw new ModelFolderException(
                    file,
                    "expected the configuration of a GPT-2 model, found no such file; a model"
                            + " folder is a Hugging Face folder: config.json, model.safetensors",
                    e);
        } catch (CharacterCodingException e) {
            throw new ModelFolderException(
                    file, "expected UTF-8, found other bytes; save it as UTF-8", e);
        } catch (ModelFolderException e) {
            throw e;
        } catch (IOException e) {
            throw new ModelFolderException(
                    file,
                    "expected a file that can be read, found %s".formatted(FailureReason.of(e)),
                    e);
        }
    }

    private static JsonObject parse(Path file, String text) throws ModelFolderException {
        StrictJson json = new StrictJson(text);
        try {
            return json.document(() -> JsonTree.read(json, "one JSON object"));
        } catch (JsonException e) {
            throw new ModelFolderException(
                    file,
                    "%s: expected %s, found %s; %s"
                            .formatted(
                                    e.place(),
                                    e.expected(),
                                    e.found(),
                                    e.remedyOr("repair the file or fetch it again")),
                    e);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}
