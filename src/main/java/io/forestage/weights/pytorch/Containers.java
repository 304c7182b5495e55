package io.forestage.weights.pytorch;

import io.forestage.weights.WeightFileException;
import java.util.ArrayList;
import java.util.List;

/** The instructions that put values together to tuples, lists, dicts and sets. */
final class Containers {

    private final PickleInput input;
    private final PickleStack stack;
    private final Literals literals;

    Containers(PickleInput input, PickleStack stack) {
        this.input = input;
        this.stack = stack;
        literals = new Literals(input);
    }

    /**
     * Does what an instruction says; one that concerns no container puts a literal on the stack.
     */
    void step(Opcode opcode) throws WeightFileException {
        switch (opcode) {
            case EMPTY_TUPLE -> stack.push(new Value.Tuple(List.of()));
            case TUPLE -> stack.push(new Value.Tuple(stack.popToMark()));
            case TUPLE1 -> stack.push(new Value.Tuple(stack.pop(1)));
            case TUPLE2 -> stack.push(new Value.Tuple(stack.pop(2)));
            case TUPLE3 -> stack.push(new Value.Tuple(stack.pop(3)));
            case EMPTY_LIST -> stack.push(new Value.Items(new ArrayList<>()));
            case APPEND -> append(stack.pop(1));
            case APPENDS -> append(stack.popToMark());
            case EMPTY_DICT -> stack.push(new Value.Dict(new ArrayList<>()));
            case SETITEM -> set(stack.pop(2));
            case SETITEMS -> set(stack.popToMark());
            case EMPTY_SET -> stack.push(Value.Opaque.SET);
            case ADDITEMS -> {
                stack.popToMark();
                requireSet();
            }
            case FROZENSET -> {
                stack.popToMark();
                stack.push(Value.Opaque.SET);
            }
            default -> stack.push(literals.read(opcode));
        }
    }

    private void append(List<Value> items) throws WeightFileException {
        if (!(stack.peek() instanceof Value.Items list)) {
            throw input.damaged("a list to append to", stack.peek().kind());
        }
        list.items().addAll(items);
    }

    private void set(List<Value> keysAndValues) throws WeightFileException {
        if (!(stack.peek() instanceof Value.Dict dict)) {
            throw input.damaged("a dict to set items of", stack.peek().kind());
        }
        if (keysAndValues.size() % 2 != 0) {
            throw input.damaged("a value for each key", keysAndValues.size() + " of both");
        }
        dict.keysAndValues().addAll(keysAndValues);
    }

    private void requireSet() throws WeightFileException {
        if (stack.peek() != Value.Opaque.SET) {
            throw input.damaged("a set to add to", stack.peek().kind());
        }
    }
}
