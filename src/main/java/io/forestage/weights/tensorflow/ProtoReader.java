package io.forestage.weights.tensorflow;

import io.forestage.weights.ByteSource;
import io.forestage.weights.WeightFileException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a protocol buffers message field by field. As the format requires, the last of several
 * values of a field counts, and unknown fields are skipped.
 */
final class ProtoReader {

    private static final int MAX_FIELD = (1 << 29) - 1;

    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    private final ByteSource file;
    private final @Nullable String tensor;
    private final Cursor cursor;

    private int field;
    private int wireType;

    ProtoReader(ByteSource file, @Nullable String tensor, String part, ByteBuffer message) {
        this.file = file;
        this.tensor = tensor;
        this.cursor = new Cursor(file, tensor, part, message);
    }

    /**
     * Moves to the next field, whose value must then be read or skipped; returns false at the end.
     */
    boolean next() throws WeightFileException {
        if (!cursor.hasRemaining()) {
            return false;
        }
        long tag = cursor.varint();
        long number = tag >>> 3;
        if (number < 1 || number > MAX_FIELD) {
            throw problem("fields from 1 to %d".formatted(MAX_FIELD), "field %d".formatted(number));
        }
        field = (int) number;
        wireType = (int) (tag & 7);
        return true;
    }

    /** Returns the number of the field. */
    int field() {
        return field;
    }

    long varint() throws WeightFileException {
        require(VARINT);
        return cursor.varint();
    }

    int fixed32() throws WeightFileException {
        require(FIXED32);
        return cursor.fixed32();
    }

    /**
     * Reads a message within this one.
     *
     * @param part the name of the inner message, for error messages
     */
    ProtoReader message(String part) throws WeightFileException {
        require(BYTES);
        ByteBuffer message = cursor.take(cursor.varint());
        return new ProtoReader(file, tensor, part, message);
    }

    void skip() throws WeightFileException {
        switch (wireType) {
            case VARINT -> cursor.varint();
            case FIXED64 -> cursor.take(Long.BYTES);
            case BYTES -> cursor.take(cursor.varint());
            case FIXED32 -> cursor.take(Integer.BYTES);
            // 3 and 4 are groups, which these messages never had; 6 and 7 are undefined.
            default ->
                    throw problem("wire types 0, 1, 2 and 5", "wire type %d".formatted(wireType));
        }
    }

    WeightFileException problem(String expected, String found) {
        return cursor.problem(expected, found);
    }

    private void require(int expected) throws WeightFileException {
        if (wireType != expected) {
            throw problem(
                    "wire type %d for field %d".formatted(expected, field),
                    "wire type %d".formatted(wireType));
        }
    }
}
