package io.forestage.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Arrays that PyTorch computed and {@code scripts/fixtures/make-parity-fixtures} wrote, with the
 * checks against them.
 *
 * <p>The committed cases come from one processor, and libtorch's last bits depend on it (decision
 * 0013). With the system property {@code forestage.parity} the cases come from the folder that it
 * names. {@code scripts/check-parity} has PyTorch compute those on this machine. Then values that
 * may round differently on another processor must be the same to the bit, too.
 */
public final class ParityCase {

    private static final @Nullable String COMPUTED_HERE = System.getProperty("forestage.parity");

    private final JsonObject arrays;

    private ParityCase(JsonObject arrays) {
        this.arrays = arrays;
    }

    public static ParityCase read(String name) {
        return new ParityCase(parse(name + "/case.json").getAsJsonObject());
    }

    /** Reads the cases of a grid, each with a name, options and arrays. */
    public static List<ParityCase> readGrid(String name) {
        return parse(name + "/cases.json").getAsJsonArray().asList().stream()
                .map(grid -> new ParityCase(grid.getAsJsonObject()))
                .toList();
    }

    public boolean has(String name) {
        return arrays.has(name);
    }

    /** Returns an option's value, or null if it is None in PyTorch. */
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

    /** Returns whether {@code torch.sqrt} rounded correctly on the machine that made the case. */
    public boolean hasCorrectRoots() {
        return "correctly rounded".equals(arrays.get("square_root").getAsString());
    }

    /** Checks values that IEEE 754 fixes: they have the same bits on every processor. */
    public void checkBits(String name, float[] found) {
        assertThat(Bits.of(found)).as(name).isEqualTo(Bits.of(floats(name)));
    }

    /**
     * Checks values that libtorch computed on both sides by the same operations.
     *
     * @param tolerance the difference that another instruction set may cause; ignored if PyTorch
     *     computed the case on this machine
     */
    public void checkSameOperations(String name, float[] found, float tolerance) {
        if (COMPUTED_HERE == null) {
            checkNear(name, found, tolerance);
        } else {
            checkBits(name, found);
        }
    }

    /** Checks values that Forestage and PyTorch round differently on any processor. */
    public void checkNear(String name, float[] found, float tolerance) {
        assertThat(found).as(name).containsExactly(floats(name), within(tolerance));
    }

    /** Returns whether PyTorch computed the cases on this machine. */
    public static boolean areComputedHere() {
        return COMPUTED_HERE != null;
    }

    private Stream<JsonElement> stream(String name) {
        JsonArray values = object(name).getAsJsonArray("values");
        return StreamSupport.stream(values.spliterator(), false);
    }

    private JsonObject object(String name) {
        return Objects.requireNonNull(arrays.getAsJsonObject(name), name);
    }

    private static JsonElement parse(String file) {
        try (Reader reader = new InputStreamReader(open(file), StandardCharsets.UTF_8)) {
            return JsonParser.parseReader(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream open(String file) throws IOException {
        if (COMPUTED_HERE != null) {
            return Files.newInputStream(Path.of(COMPUTED_HERE, file));
        }
        return Objects.requireNonNull(
                ParityCase.class.getResourceAsStream("/parity/" + file), file);
    }
}
