package io.forestage.pipeline;

import io.forestage.support.Quoted;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An integer array (T) or (B, T) from a request's body. */
final class IdArray {

    /** Ids, mask and token types, as DJL's tokenizer returns them. */
    static final int MAX_ARRAYS = 3;

    private final @Nullable String name;
    private final Type type;
    private final List<Long> shape;
    private final long[] values;

    private IdArray(@Nullable String name, Type type, List<Long> shape, long[] values) {
        this.name = name;
        this.type = type;
        this.shape = shape;
        this.values = values;
    }

    /**
     * Reads the values.
     *
     * @param bytes the values and nothing else, in their byte order
     * @param type the element type
     * @param limits how large the shape may be
     */
    static IdArray read(
            @Nullable String name,
            List<Long> shape,
            ByteBuffer bytes,
            Type type,
            RequestLimits limits) {
        int width = type.width;
        if (shape.isEmpty() || shape.size() > 2 || shape.stream().anyMatch(n -> n < 0)) {
            throw problem(name, "a shape (T) or (B, T)", shape.toString());
        }
        limits.requireTexts(shape.size() == 2 ? shape.get(0) : 1);
        // Each factor is checked, as the product may overflow a long.
        long row = shape.get(shape.size() - 1);
        limits.requireTokens(row);
        long count = row * (shape.size() == 2 ? shape.get(0) : 1);
        // Divided, as the number of bytes may overflow a long too.
        if (count != bytes.remaining() / width || bytes.remaining() % width != 0) {
            throw problem(
                    name,
                    "%d values of %d bytes, as of shape %s".formatted(count, width, shape),
                    bytes.remaining() + " bytes");
        }
        long[] values = new long[(int) count];
        for (int i = 0; i < values.length; i++) {
            values[i] = type.read(bytes);
        }
        return new IdArray(name, type, shape, values);
    }

    static RequestException problem(@Nullable String name, String expected, String found) {
        return RequestException.malformed(
                "body, array %s: expected %s, found %s"
                        .formatted(
                                name == null ? "without a name" : Quoted.of(name),
                                expected,
                                found));
    }

    @Nullable String name() {
        return name;
    }

    List<Long> shape() {
        return shape;
    }

    /** Refuses a type that only a mask may have. */
    void requireNumbers() {
        if (type == Type.BOOLEAN) {
            throw problem(name, "INT64 or INT32 for ids", "BOOLEAN");
        }
    }

    /** Refuses any value but 0. */
    void requireZeros() {
        for (int i = 0; i < values.length; i++) {
            if (values[i] != 0) {
                throw problem(
                        name,
                        "0 everywhere, as pipelines do not add token type vectors",
                        "%d at index %d".formatted(values[i], i));
            }
        }
    }

    /** A row without the ids that the mask hides. */
    long[] row(int row, @Nullable IdArray mask) {
        int length = shape.get(shape.size() - 1).intValue();
        long[] own = Arrays.copyOfRange(values, row * length, (row + 1) * length);
        if (mask == null) {
            return own;
        }
        long[] seen = Arrays.copyOfRange(mask.values, row * length, (row + 1) * length);
        int begin = 0;
        while (begin < length && seen[begin] == 0) {
            begin++;
        }
        int end = begin;
        while (end < length && seen[end] == 1) {
            end++;
        }
        for (int i = end; i < length; i++) {
            if (seen[i] != 0) {
                throw problem(
                        "attention_mask",
                        "one run of 1 in row %d with 0 around it".formatted(row),
                        "%d at index %d".formatted(seen[i], i));
            }
        }
        return Arrays.copyOfRange(own, begin, end);
    }

    /** The ids of a body without those that its mask hides. */
    static RequestBody toBody(List<IdArray> arrays) {
        IdArray ids =
                arrays.size() == 1 ? arrays.get(0) : find(arrays, List.of("ids", "input_ids"), 0);
        IdArray mask = arrays.size() == 1 ? null : find(arrays, List.of("attention_mask"), 1);
        IdArray types = arrays.size() == 1 ? null : find(arrays, List.of("token_type_ids"), 2);
        List<IdArray> known = Stream.of(ids, mask, types).filter(Objects::nonNull).toList();
        if (ids == null || known.size() < arrays.size()) {
            throw RequestException.malformed(
                    "body: expected the arrays \"ids\" or \"input_ids\" and, if they are padded, \"attention_mask\"; \"token_type_ids\" is allowed if all are 0; found %s"
                            .formatted(
                                    Quoted.of(
                                            arrays.stream()
                                                    .map(IdArray::name)
                                                    .toList()
                                                    .toString())));
        }
        for (IdArray each : known) {
            if (!each.shape().equals(ids.shape())) {
                throw IdArray.problem(
                        each == mask ? "attention_mask" : "token_type_ids",
                        "the shape of the ids, %s".formatted(ids.shape()),
                        each.shape().toString());
            }
        }
        ids.requireNumbers();
        if (types != null) {
            types.requireZeros();
        }
        if (ids.shape().size() == 1) {
            return RequestBody.ofIds(ids.row(0, mask));
        }
        int rows = ids.shape().get(0).intValue();
        return RequestBody.ofIds(
                IntStream.range(0, rows).mapToObj(row -> ids.row(row, mask)).toList());
    }

    /** An array by its name, or by its index if it has no name. */
    private static @Nullable IdArray find(List<IdArray> arrays, List<String> names, int place) {
        for (IdArray array : arrays) {
            if (array.name() != null && names.contains(array.name())) {
                return array;
            }
        }
        return arrays.size() > place && arrays.get(place).name() == null ? arrays.get(place) : null;
    }

    /** The element types that an array may have. */
    enum Type {
        INT64(Long.BYTES, "I64"),
        INT32(Integer.BYTES, "I32"),
        /** Only for a mask. */
        BOOLEAN(1, "BOOL");

        private final int width;
        private final String safetensors;

        Type(int width, String safetensors) {
            this.width = width;
            this.safetensors = safetensors;
        }

        /** The type by DJL's name. */
        static Type ofDjl(@Nullable String array, String name) {
            return find(array, name, Type::name);
        }

        /** The type by safetensors' name. */
        static Type ofSafetensors(String array, String name) {
            return find(array, name, type -> type.safetensors);
        }

        private static Type find(
                @Nullable String array, String name, Function<Type, String> nameOf) {
            List<String> names = Arrays.stream(values()).map(nameOf).toList();
            if (!names.contains(name)) {
                throw problem(array, String.join(" or ", names), Quoted.of(name));
            }
            return values()[names.indexOf(name)];
        }

        private long read(ByteBuffer bytes) {
            return switch (this) {
                case INT64 -> bytes.getLong();
                case INT32 -> bytes.getInt();
                case BOOLEAN -> bytes.get();
            };
        }
    }
}
