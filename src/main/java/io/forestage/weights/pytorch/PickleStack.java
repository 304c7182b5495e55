package io.forestage.weights.pytorch;

import io.forestage.weights.WeightFileException;
import java.util.ArrayList;
import java.util.List;

/** The stack on which a pickle builds its values, and the marks on it. Each is bounded. */
final class PickleStack {

    static final int DEEPEST = 1 << 16;

    static final int MOST_MARKS = 1 << 10;

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
        if (values.size() == DEEPEST) {
            throw input.problem(
                    "at most %d values on the stack".formatted(DEEPEST),
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

    /** Takes the topmost values, the deepest first. */
    List<Value> pop(int count) throws WeightFileException {
        requireValues(count);
        List<Value> top = values.subList(values.size() - count, values.size());
        List<Value> popped = List.copyOf(top);
        top.clear();
        return popped;
    }

    void mark() throws WeightFileException {
        if (marks.size() == MOST_MARKS) {
            throw input.problem(
                    "values at most %d deep in each other".formatted(MOST_MARKS),
                    "deeper ones",
                    PickleInput.SAVE_STATE_DICT);
        }
        marks.add(values.size());
    }

    /** Takes what lies above the last mark, and the mark. */
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
            throw input.damaged("%d values on the stack".formatted(count), above + "");
        }
    }
}
