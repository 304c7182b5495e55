package io.forestage.weights.pytorch;

import io.forestage.weights.WeightFileException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The values that a pickle refers to again by number; it counts them without gaps. */
final class Memo {

    private final PickleInput input;
    private @Nullable Value[] values = new Value[256];

    /** How many are kept: the next one's number, where an instruction names none. */
    private int count;

    Memo(PickleInput input) {
        this.input = input;
    }

    void put(long index, Value value) throws WeightFileException {
        if (index < 0 || index >= Budget.VALUES) {
            throw input.damaged(
                    "a memo of at most %d values".formatted(Budget.VALUES), "number " + index);
        }
        if (index >= values.length) {
            values = Arrays.copyOf(values, (int) Math.max(index + 1, values.length * 2L));
        }
        if (values[(int) index] == null) {
            count++;
        }
        values[(int) index] = value;
    }

    void putNext(Value value) throws WeightFileException {
        put(count, value);
    }

    Value get(long index) throws WeightFileException {
        @Nullable Value value = index >= 0 && index < values.length ? values[(int) index] : null;
        if (value == null) {
            throw input.damaged("a value that was kept", "none as number " + index);
        }
        return value;
    }
}
