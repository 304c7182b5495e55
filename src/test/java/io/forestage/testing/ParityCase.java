package io.forestage.testing;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Arrays that PyTorch computed, as {@code scripts/make-parity-fixtures} wrote them. */
public final class ParityCase {

    private final JsonObject arrays;

    private ParityCase(JsonObject arrays) {
        this.arrays = arrays;
    }

    public static ParityCase read(String name) {
        return new ParityCase(parse("/parity/" + name + "/case.json").getAsJsonObject());
    }

    /** The cases of a grid, each with a name and options beside its arrays. */
    public static List<ParityCase> readGrid(String name) {
        return parse("/parity/" + name + "/cases.json").getAsJsonArray().asList().stream()
                .map(grid -> new ParityCase(grid.getAsJsonObject()))
                .toList();
    }

    public boolean has(String name) {
        return arrays.has(name);
    }

    /** An option's value, or null where PyTorch's is None. */
    public @Nullable String option(String name) {
        JsonElement value = object("options").get(name);
        return value == null || value.isJsonNull() ? null : value.getAsString();
    }

    @Override
    public String toString() {
        return arrays.get("name").getAsString();
    }

    public NDArray array(NDManager manager, String name) {
        JsonObject array = object(name);
        Shape shape = shape(name);
        return switch (array.get("type").getAsString()) {
            case "float32" -> manager.create(floats(name), shape);
            case "float64" -> manager.create(doubles(name), shape);
            case "int64" -> manager.create(longs(name), shape);
            case "int32" ->
                    manager.create(stream(name).mapToInt(JsonElement::getAsInt).toArray(), shape);
            default -> throw new IllegalStateException(array.get("type").getAsString());
        };
    }

    public Shape shape(String name) {
        return new Shape(
                StreamSupport.stream(object(name).getAsJsonArray("shape").spliterator(), false)
                        .mapToLong(JsonElement::getAsLong)
                        .toArray());
    }

    public float[] floats(String name) {
        List<JsonElement> values = object(name).getAsJsonArray("values").asList();
        float[] floats = new float[values.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = Float.parseFloat(values.get(i).getAsString());
        }
        return floats;
    }

    public double[] doubles(String name) {
        return stream(name).mapToDouble(JsonElement::getAsDouble).toArray();
    }

    public long[] longs(String name) {
        return stream(name).mapToLong(JsonElement::getAsLong).toArray();
    }

    private Stream<JsonElement> stream(String name) {
        JsonArray values = object(name).getAsJsonArray("values");
        return StreamSupport.stream(values.spliterator(), false);
    }

    private JsonObject object(String name) {
        return Objects.requireNonNull(arrays.getAsJsonObject(name), name);
    }

    private static JsonElement parse(String resource) {
        try (Reader reader =
                new InputStreamReader(
                        Objects.requireNonNull(
                                ParityCase.class.getResourceAsStream(resource), resource),
                        StandardCharsets.UTF_8)) {
            return JsonParser.parseReader(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
