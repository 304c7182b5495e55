package io.forestage.weights.gguf;

import io.forestage.support.Quoted;
import io.forestage.weights.ByteSource;
import io.forestage.weights.FileBytes;
import io.forestage.weights.WeightFileException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the names and values before the tensors. */
final class GgufMetadata {

    /** Key, type and the shortest value, a byte. */
    static final int MIN_BYTES = Long.BYTES + Integer.BYTES + 1;

    /** The memory of an entry of the map, or of a list, beside its text. */
    private static final int ENTRY_BYTES = 120;

    private static final int ELEMENT_BYTES = 64;

    /** No known file nests arrays at all. */
    private static final int MAX_DEPTH = 4;

    private static final int STRING = 8;
    private static final int ARRAY = 9;

    /** The type of a value by its number, with its size; texts and arrays have none. */
    private static final List<ValueType> TYPES =
            List.of(
                    new ValueType("uint8", 1),
                    new ValueType("int8", 1),
                    new ValueType("uint16", 2),
                    new ValueType("int16", 2),
                    new ValueType("uint32", 4),
                    new ValueType("int32", 4),
                    new ValueType("float32", 4),
                    new ValueType("bool", 1),
                    new ValueType("string", 0),
                    new ValueType("array", 0),
                    new ValueType("uint64", 8),
                    new ValueType("int64", 8),
                    new ValueType("float64", 8));

    private final ByteSource file;
    private final GgufInput in;
    private final Set<String> arrays;

    /**
     * Makes a reader.
     *
     * @param arrays the keys of the arrays to keep; of others only type and length are kept
     */
    GgufMetadata(ByteSource file, GgufInput in, Set<String> arrays) {
        this.file = file;
        this.in = in;
        this.arrays = arrays;
    }

    /**
     * Reads entries.
     *
     * @return by key: a String, Long, Double or Boolean, a List of these, or an {@link Omitted}
     */
    Map<String, Object> read(long count) throws WeightFileException {
        Map<String, Object> values = new LinkedHashMap<>();
        for (long i = 0; i < count; i++) {
            in.keep(ENTRY_BYTES);
            String key = in.readText();
            int type = type(key);
            Object value = type == ARRAY ? array(key, 1) : scalar(key, type);
            if (values.put(key, value) != null) {
                throw problem(key, "each key once", "this one twice");
            }
        }
        return values;
    }

    private int type(String key) throws WeightFileException {
        int type = in.readInt();
        if (type < 0 || type >= TYPES.size()) {
            throw problem(
                    key,
                    "a value of type 0 to %d".formatted(TYPES.size() - 1),
                    "type %s".formatted(Integer.toUnsignedString(type)));
        }
        return type;
    }

    private Object scalar(String key, int type) throws WeightFileException {
        return switch (TYPES.get(type).name()) {
            case "uint8" -> (long) Byte.toUnsignedInt(in.readByte());
            case "int8" -> (long) in.readByte();
            case "uint16" -> (long) Short.toUnsignedInt(in.readShort());
            case "int16" -> (long) in.readShort();
            case "uint32" -> Integer.toUnsignedLong(in.readInt());
            case "int32" -> (long) in.readInt();
            case "float32" -> (double) Float.intBitsToFloat(in.readInt());
            case "bool" -> bool(key);
            case "string" -> in.readText();
            case "uint64" -> unsigned(in.readLong());
            case "int64" -> in.readLong();
            case "float64" -> Double.longBitsToDouble(in.readLong());
            default -> throw new IllegalStateException("expected no array, found type " + type);
        };
    }

    private boolean bool(String key) throws WeightFileException {
        byte value = in.readByte();
        if (value != 0 && value != 1) {
            throw problem(key, "0 or 1 for a bool", Byte.toString(value));
        }
        return value == 1;
    }

    /** A number beyond Java's long is no size or id that we need: it is kept for display. */
    private static Object unsigned(long value) {
        return value >= 0 ? (Object) value : Long.toUnsignedString(value);
    }

    private Object array(String key, int depth) throws WeightFileException {
        if (depth > MAX_DEPTH) {
            throw problem(key, "arrays in at most %d arrays".formatted(MAX_DEPTH), "deeper ones");
        }
        int type = type(key);
        int least = type == STRING ? Long.BYTES : type == ARRAY ? 12 : TYPES.get(type).bytes();
        long count = in.readCount("elements of an array", least);
        List<Object> kept = arrays.contains(key) && type != ARRAY ? new ArrayList<>() : null;
        if (kept == null && type != STRING && type != ARRAY) {
            in.skip(count * least);
        } else {
            elements(key, type, count, kept, depth);
        }
        return kept == null ? new Omitted(count, TYPES.get(type).name()) : kept;
    }

    private void elements(String key, int type, long count, @Nullable List<Object> kept, int depth)
            throws WeightFileException {
        for (long i = 0; i < count; i++) {
            if (kept != null) {
                in.keep(ELEMENT_BYTES);
                kept.add(scalar(key, type));
            } else if (type == ARRAY) {
                array(key, depth + 1);
            } else {
                in.skipText();
            }
        }
    }

    private WeightFileException problem(String key, String expected, String found) {
        return file.problem(
                null,
                "%s in the metadata at %s".formatted(expected, Quoted.of(key)),
                found,
                FileBytes.DAMAGED);
    }

    /** An array that was passed over. */
    record Omitted(long count, String type) {

        @Override
        public String toString() {
            return "(%s × %d)".formatted(type, count);
        }
    }

    private record ValueType(String name, int bytes) {}
}
