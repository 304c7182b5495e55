package io.forestage.weights.safetensors;

import io.forestage.support.JsonException;
import io.forestage.support.Quoted;
import io.forestage.support.StrictJson;
import io.forestage.weights.ByteSource;
import io.forestage.weights.ElementType;
import io.forestage.weights.FileJson;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.WeightFileException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Parses a header's JSON in its order and refuses anything that the format does not allow. */
final class HeaderJson {

    static final String METADATA = "__metadata__";

    /** The heap for a tensor's declaration, and for its entry and place in the open file. */
    private static final int TENSOR_BYTES = 400;

    /** A value of the metadata. */
    private static final int STRING_BYTES = 56;

    /** For each number of a tensor's shape and offsets. */
    private static final int NUMBER_BYTES = 40;

    private final FileJson file;
    private final StrictJson json;
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private final Map<String, Declaration> tensors = new LinkedHashMap<>();

    private HeaderJson(FileJson file) {
        this.file = file;
        this.json = file.json();
    }

    static HeaderJson read(ByteSource bytes, long start, long end) throws WeightFileException {
        HeaderJson header = new HeaderJson(new FileJson(bytes, start, end));
        header.file.read(header::readField);
        return header;
    }

    Map<String, String> metadata() {
        return metadata;
    }

    Map<String, Declaration> tensors() {
        return tensors;
    }

    private void readField(String name) throws IOException {
        if (name.equals(METADATA)) {
            if (json.skipNull()) {
                return;
            }
            json.object(
                    "an object of strings as " + METADATA,
                    key -> {
                        String value = json.string("a string in " + METADATA);
                        json.keep(value, STRING_BYTES);
                        metadata.put(key, value);
                    });
        } else {
            file.about(name);
            json.keep(name, TENSOR_BYTES);
            Declaring declaring = new Declaring();
            json.object("an object with dtype, shape and data_offsets", declaring::readField);
            tensors.put(name, declaring.done());
            file.about(null);
        }
    }

    /** Collects a tensor's declaration while it is read. */
    private final class Declaring {

        private @Nullable ElementType type;
        private @Nullable List<Long> shape;
        private @Nullable List<Long> dataOffsets;

        void readField(String key) throws IOException {
            switch (key) {
                case "dtype" -> type = readType();
                case "shape" -> shape = numbers(key, TensorEntry.Size.MAX_RANK);
                case "data_offsets" -> dataOffsets = numbers(key, 2);
                default ->
                        throw json.problem(
                                "only the keys dtype, shape and data_offsets", Quoted.of(key));
            }
        }

        Declaration done() throws JsonException {
            return new Declaration(
                    present("dtype", type),
                    present("shape", shape),
                    present("data_offsets", dataOffsets));
        }

        private ElementType readType() throws IOException {
            String name = json.string("a string as dtype");
            // A new type may be that of a tensor that nobody asks for.
            return Arrays.stream(ElementType.values())
                    .filter(known -> known.name().equals(name))
                    .findFirst()
                    .orElse(ElementType.OTHER);
        }

        private List<Long> numbers(String key, int max) throws IOException {
            List<Long> numbers = new ArrayList<>();
            json.array(
                    "an array of numbers as " + key,
                    () -> {
                        if (numbers.size() == max) {
                            throw json.problem(
                                    "at most %d numbers as %s".formatted(max, key), "more");
                        }
                        json.keep("", NUMBER_BYTES);
                        numbers.add(json.index("only integers from 0 to 2^63 - 1 in " + key));
                    });
            return numbers;
        }

        private <T> T present(String key, @Nullable T value) throws JsonException {
            if (value == null) {
                throw json.problem("dtype, shape and data_offsets", "no %s".formatted(key));
            }
            return value;
        }
    }

    /** A tensor as the header declares it, not yet checked against the file. */
    record Declaration(ElementType type, List<Long> shape, List<Long> dataOffsets) {}
}
