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
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Arrays that PyTorch computed, as {@code scripts/make-parity-fixtures} wrote them. */
public final class ParityCase {

    private final JsonObject arrays;

    private ParityCase(JsonObject arrays) {
        this.arrays = arrays;
    }

    public static ParityCase read(String name) {
        String resource = "/parity/" + name + "/case.json";
        try (Reader reader =
                new InputStreamReader(
                        Objects.requireNonNull(
                                ParityCase.class.getResourceAsStream(resource), resource),
                        StandardCharsets.UTF_8)) {
            return new ParityCase(JsonParser.parseReader(reader).getAsJsonObject());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public NDArray array(NDManager manager, String name) {
        JsonObject array = array(name);
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
                StreamSupport.stream(array(name).getAsJsonArray("shape").spliterator(), false)
                        .mapToLong(JsonElement::getAsLong)
                        .toArray());
    }

    public float[] floats(String name) {
        double[] doubles = doubles(name);
        float[] floats = new float[doubles.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) doubles[i]; // exact: the script prints every float32 as a double
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
        JsonArray values = array(name).getAsJsonArray("values");
        return StreamSupport.stream(values.spliterator(), false);
    }

    private JsonObject array(String name) {
        return Objects.requireNonNull(arrays.getAsJsonObject(name), name);
    }
}
