package io.forestage.weights.safetensors;

import io.forestage.support.Quoted;
import io.forestage.weights.ElementType;
import io.forestage.weights.FileBytes;
import io.forestage.weights.StrictJson;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.WeightFileException;
import java.io.IOException;
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

    private final StrictJson json;
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private final Map<String, Declaration> tensors = new LinkedHashMap<>();

    private HeaderJson(StrictJson json) {
        this.json = json;
    }

    static HeaderJson read(FileBytes file, long start, long end) throws WeightFileException {
        StrictJson json = new StrictJson(file, start, end);
        HeaderJson header = new HeaderJson(json);
        json.document(header::readField);
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
            json.object(
                    "an object of strings as " + METADATA,
                    key -> metadata.put(key, json.string("a string in " + METADATA)));
        } else {
            json.about(name);
            json.keep(name, TENSOR_BYTES);
            Declaring declaring = new Declaring();
            json.object("an object with dtype, shape and data_offsets", declaring::readField);
            tensors.put(name, declaring.done());
            json.about(null);
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
                case "shape" -> shape = json.numbers(key, TensorEntry.Size.MAX_RANK);
                case "data_offsets" -> dataOffsets = json.numbers(key, 2);
                default ->
                        throw json.problem(
                                "only the keys dtype, shape and data_offsets", Quoted.of(key));
            }
        }

        Declaration done() throws WeightFileException {
            return new Declaration(
                    present("dtype", type),
                    present("shape", shape),
                    present("data_offsets", dataOffsets));
        }

        private ElementType readType() throws IOException {
            String name = json.string("a string as dtype");
            return Arrays.stream(ElementType.values())
                    .filter(known -> known.name().equals(name))
                    .findFirst()
                    .orElseThrow(
                            () ->
                                    json.problem(
                                            "one of the dtypes %s"
                                                    .formatted(
                                                            Arrays.toString(ElementType.values())),
                                            Quoted.of(name)));
        }

        private <T> T present(String key, @Nullable T value) throws WeightFileException {
            if (value == null) {
                throw json.problem("dtype, shape and data_offsets", "no %s".formatted(key));
            }
            return value;
        }
    }

    /** A tensor as the header declares it, not yet checked against the file. */
    record Declaration(ElementType type, List<Long> shape, List<Long> dataOffsets) {}
}
