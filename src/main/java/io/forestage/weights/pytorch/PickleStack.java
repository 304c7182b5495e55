package io.forestage.weights.pytorch;

import io.forestage.weights.WeightFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The stack on which a pickle builds its values, and its marks. Both are bounded. */
final class PickleStack {

    static final int MAX_DEPTH = 1 << 16;

    static final int MAX_MARKS = 1 << 10;

    private final PickleInput input;
    private final Budget budget;
    private final ArrayList<Value> values = new ArrayList<>();
    private final ArrayList<Integer> marks = new ArrayList<>();

    PickleStack(PickleInput input, Budget budget) {
        this.input = input;
        this.budget = budget;
    }

    void push(Value value) throws WeightFileException {
        budget.spend(1);
        if (values.size() == MAX_DEPTH) {
            throw input.problem(
                    "at most %d values on the stack".formatted(MAX_DEPTH),
                    "more",
                    PickleInput.SAVE_STATE_DICT);
        }
        values.add(value);
    }

    Value pop() throws WeightFileException {
        requireValues(1);
        return values.remove(values.size() - 1);
    }

    Value peek() throws WeightFileException {
        requireValues(1);
        return values.get(values.size() - 1);
    }

    /** Removes the topmost values and returns them, the deepest first. */
    List<Value> pop(int count) throws WeightFileException {
        requireValues(count);
        List<Value> top = values.subList(values.size() - count, values.size());
        List<Value> popped = List.copyOf(top);
        top.clear();
        return popped;
    }

    void mark() throws WeightFileException {
        if (marks.size() == MAX_MARKS) {
            throw input.problem(
                    "values nested at most %d deep".formatted(MAX_MARKS),
                    "deeper ones",
                    PickleInput.SAVE_STATE_DICT);
        }
        marks.add(values.size());
    }

    /** Removes the last mark and the values above it, and returns the values. */
    List<Value> popToMark() throws WeightFileException {
        if (marks.isEmpty()) {
            throw input.damaged("a MARK before this", "none");
        }
        int mark = marks.remove(marks.size() - 1);
        return pop(values.size() - mark);
    }

    boolean isEmpty() {
        return values.isEmpty() && marks.isEmpty();
    }

    private void requireValues(int count) throws WeightFileException {
        int above = values.size() - (marks.isEmpty() ? 0 : marks.get(marks.size() - 1));
        if (above < count) {
            throw input.damaged("%d values on the stack".formatted(count), String.valueOf(above));
        }
    }

    /** The pickle's memo: values that it refers to by number. */
    static final class Memo {

        private final PickleInput input;
        private @Nullable Value[] values = new Value[256];

        /** The number of values, which is the next one's number if an instruction names none. */
        private int count;

        Memo(PickleInput input) {
            this.input = input;
        }

        void put(long index, Value value) throws WeightFileException {
            if (index < 0 || index >= Budget.VALUES) {
                throw input.damaged(
                        "a memo of at most %d values".formatted(Budget.VALUES),
                        "number %d".formatted(index));
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
            @Nullable Value value =
                    index >= 0 && index < values.length ? values[(int) index] : null;
            if (value == null) {
                throw input.damaged("a value in the memo", "none as number %d".formatted(index));
            }
            return value;
        }
    }

    /** Limits how many values a pickle builds: a few bytes can build many, repeatedly. */
    static final class Budget {

        /** A tensor needs about twenty values, so this is about fifty thousand tensors. */
        static final int VALUES = 1 << 20;

        private final PickleInput input;
        private long spent;

        Budget(PickleInput input) {
            this.input = input;
        }

        void spend(int values) throws WeightFileException {
            spent += values;
            if (spent > VALUES) {
                throw input.problem(
                        "at most %d values".formatted(VALUES), "more", PickleInput.SAVE_STATE_DICT);
            }
        }
    }
}
