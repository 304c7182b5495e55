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
 * Arrays that PyTorch computed, as {@code scripts/make-parity-fixtures} wrote them, and the checks
 * against them.
 *
 * <p>The committed cases come from one processor, and libtorch's last bits depend on it (decision
 * 0013). With the system property {@code forestage.parity} the cases come from the folder it names,
 * where {@code scripts/check-parity} has PyTorch compute them on this very machine: then every
 * value that may round otherwise on another processor has to agree to the bit.
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

    /** The cases of a grid, each with a name and options beside its arrays. */
    public static List<ParityCase> readGrid(String name) {
        return parse(name + "/cases.json").getAsJsonArray().asList().stream()
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

    /** How PyTorch's {@code torch.sqrt} rounded where the case was made. */
    public boolean hasCorrectRoots() {
        return "correctly rounded".equals(arrays.get("square_root").getAsString());
    }

    /** Checks values that IEEE 754 alone decides: the same bits on every processor. */
    public void checkBits(String name, float[] found) {
        assertThat(Bits.of(found)).as(name).isEqualTo(Bits.of(floats(name)));
    }

    /**
     * Checks values that libtorch computed on both sides by the same operations.
     *
     * @param tolerance what another instruction set may change; where PyTorch computed the case on
     *     this machine, nothing
     */
    public void checkSameOperations(String name, float[] found, float tolerance) {
        if (COMPUTED_HERE == null) {
            checkNear(name, found, tolerance);
        } else {
            checkBits(name, found);
        }
    }

    /** Checks values that ours and PyTorch's operations round differently, on any processor. */
    public void checkNear(String name, float[] found, float tolerance) {
        assertThat(found).as(name).containsExactly(floats(name), within(tolerance));
    }

    /** Whether PyTorch computed the cases on this machine. */
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
