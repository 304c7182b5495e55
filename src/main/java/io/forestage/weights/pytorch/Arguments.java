package io.forestage.weights.pytorch;

import io.forestage.weights.WeightFileException;
import java.util.ArrayList;
import java.util.List;

/** What a pickle gives to a function, taken apart by what each must be. */
final class Arguments {

    /** PyTorch's own limit. */
    private static final int MOST_DIMENSIONS = 64;

    private final PickleInput input;
    private final String of;
    private final List<Value> values;

    Arguments(PickleInput input, String of, Value values, int fewest, int most)
            throws WeightFileException {
        this.input = input;
        this.of = of;
        if (!(values instanceof Value.Tuple tuple)) {
            throw unexpected("a tuple", values);
        }
        this.values = tuple.items();
        int count = this.values.size();
        if (count < fewest || count > most) {
            throw input.damaged("%d to %d arguments of %s".formatted(fewest, most, of), count + "");
        }
    }

    int count() {
        return values.size();
    }

    <T extends Value> T get(int index, Class<T> kind, String expected) throws WeightFileException {
        Value value = values.get(index);
        if (!kind.isInstance(value)) {
            throw unexpected(expected, value);
        }
        return kind.cast(value);
    }

    long number(int index, String expected) throws WeightFileException {
        return notNegative(values.get(index), expected);
    }

    List<Long> numbers(int index, String expected) throws WeightFileException {
        List<Value> items = get(index, Value.Tuple.class, "a tuple as " + expected).items();
        if (items.size() > MOST_DIMENSIONS) {
            throw input.damaged(
                    "at most %d numbers as %s".formatted(MOST_DIMENSIONS, expected),
                    items.size() + "");
        }
        List<Long> numbers = new ArrayList<>();
        for (Value value : items) {
            numbers.add(notNegative(value, expected));
        }
        return List.copyOf(numbers);
    }

    private long notNegative(Value value, String expected) throws WeightFileException {
        if (value instanceof Value.Whole number && number.value() >= 0) {
            return number.value();
        }
        throw unexpected("0 to 2^63 - 1 as " + expected, value);
    }

    private WeightFileException unexpected(String expected, Value found) {
        return input.damaged("%s among the arguments of %s".formatted(expected, of), found.kind());
    }
}
