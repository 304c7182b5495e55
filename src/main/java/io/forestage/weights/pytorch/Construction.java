package io.forestage.weights.pytorch;

import io.forestage.weights.ElementType;
import io.forestage.weights.WeightFileException;
import java.util.ArrayList;
import java.util.List;

/** Evaluates the few calls that a pickle is allowed to make. */
final class Construction {

    private final PickleInput input;
    private final PickleStack.Budget budget;

    Construction(PickleInput input, PickleStack.Budget budget) {
        this.input = input;
        this.budget = budget;
    }

    Value call(Value function, Value values) throws WeightFileException {
        if (function == Value.Opaque.OBJECT) {
            return Value.Opaque.OBJECT; // a method of an object of which nothing is known
        }
        if (!(function instanceof Value.Callable callable)) {
            throw input.damaged("a function or a class", function.kind());
        }
        return switch (callable) {
            case TENSOR -> tensor(arguments(callable, values, 4, 4));
            case TENSOR_V2 -> tensor(withoutMetadata(arguments(callable, values, 6, 7), 6));
            case TENSOR_V3 -> retyped(withoutMetadata(arguments(callable, values, 7, 8), 7));
            case PARAMETER -> inner(arguments(callable, values, 3, 3));
            case PARAMETER_WITH_STATE -> inner(arguments(callable, values, 4, 4));
            case DICT -> dict(arguments(callable, values, 0, 1));
            case DEFAULT_DICT -> new Value.Dict(new ArrayList<>());
            case SIZE -> arguments(callable, values, 1, 1).get(0, Value.Tuple.class, "a tuple");
            case OTHER_TENSOR -> Value.Opaque.TENSOR;
            case UNKNOWN -> Value.Opaque.OBJECT;
        };
    }

    /** Returns the object that NEWOBJ creates, before its attributes are set. */
    Value create(Value type) throws WeightFileException {
        if (type == Value.Callable.DICT || type == Value.Callable.DEFAULT_DICT) {
            return new Value.Dict(new ArrayList<>());
        }
        if (type != Value.Callable.UNKNOWN && type != Value.Opaque.OBJECT) {
            throw input.damaged("a class", type.kind());
        }
        return Value.Opaque.OBJECT;
    }

    /** Requires a value whose attributes BUILD may set; a state dict's tensors have none. */
    void requireAttributes(Value object) throws WeightFileException {
        if (!(object instanceof Value.Dict) && object != Value.Opaque.OBJECT) {
            throw input.damaged("a dict or an object with attributes", object.kind());
        }
    }

    private Arguments arguments(Value.Callable callable, Value values, int min, int max)
            throws WeightFileException {
        return new Arguments(input, callable.kind(), values, min, max);
    }

    /** Metadata marks tensors whose values differ from their storage's, such as negated ones. */
    private Arguments withoutMetadata(Arguments arguments, int index) throws WeightFileException {
        if (arguments.count() > index) {
            Value metadata = arguments.get(index, Value.class, "metadata");
            boolean isEmpty =
                    metadata == Value.Opaque.NONE
                            || (metadata instanceof Value.Dict dict
                                    && dict.keysAndValues().isEmpty());
            if (!isEmpty) {
                throw input.problem(
                        "tensors with the values of their storages",
                        "one whose metadata changes the values",
                        "save it in Python after .resolve_neg().resolve_conj()");
            }
        }
        return arguments;
    }

    private Value.Tensor tensor(Arguments arguments) throws WeightFileException {
        Value.Storage storage = arguments.get(0, Value.Storage.class, "a storage");
        return tensor(arguments, storage, storage.type());
    }

    /** Tensors of types without a storage class lie in storages of bytes. */
    private Value.Tensor retyped(Arguments arguments) throws WeightFileException {
        Value.Storage bytes = arguments.get(0, Value.Storage.class, "a storage");
        if (bytes.type() != ElementType.U8) {
            throw input.damaged("a storage of U8 for a tensor with a dtype", bytes.type().name());
        }
        return tensor(arguments, bytes, arguments.get(6, Value.DataType.class, "a dtype").type());
    }

    private Value.Tensor tensor(Arguments arguments, Value.Storage storage, ElementType type)
            throws WeightFileException {
        List<Long> shape = arguments.numbers(2, "a tensor's shape");
        List<Long> strides = arguments.numbers(3, "a tensor's strides");
        budget.spend(shape.size() + strides.size());
        return new Value.Tensor(
                storage, type, arguments.number(1, "a tensor's offset"), shape, strides);
    }

    private static Value.Tensor inner(Arguments arguments) throws WeightFileException {
        return arguments.get(0, Value.Tensor.class, "a tensor");
    }

    private Value.Dict dict(Arguments arguments) throws WeightFileException {
        ArrayList<Value> keysAndValues = new ArrayList<>();
        if (arguments.count() == 1) {
            for (Value item : arguments.get(0, Value.Items.class, "a list of pairs").items()) {
                budget.spend(2);
                keysAndValues.addAll(pair(item));
            }
        }
        return new Value.Dict(keysAndValues);
    }

    private List<Value> pair(Value item) throws WeightFileException {
        if (item instanceof Value.Items list && list.items().size() == 2) {
            return list.items();
        }
        if (item instanceof Value.Tuple tuple && tuple.items().size() == 2) {
            return tuple.items();
        }
        throw input.damaged("a key and its value", item.kind());
    }

    /** The arguments of a call in a pickle, each checked when it is read. */
    static final class Arguments {

        /** PyTorch's limit. */
        private static final int MAX_DIMENSIONS = 64;

        private final PickleInput input;
        private final String call;
        private final List<Value> values;

        Arguments(PickleInput input, String call, Value values, int min, int max)
                throws WeightFileException {
            this.input = input;
            this.call = call;
            if (!(values instanceof Value.Tuple tuple)) {
                throw unexpected("a tuple", values);
            }
            this.values = tuple.items();
            int count = this.values.size();
            if (count < min || count > max) {
                throw input.damaged(
                        "%d to %d arguments of %s".formatted(min, max, call),
                        String.valueOf(count));
            }
        }

        int count() {
            return values.size();
        }

        <T extends Value> T get(int index, Class<T> kind, String expected)
                throws WeightFileException {
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
            List<Value> items =
                    get(index, Value.Tuple.class, "a tuple as %s".formatted(expected)).items();
            if (items.size() > MAX_DIMENSIONS) {
                throw input.damaged(
                        "at most %d numbers as %s".formatted(MAX_DIMENSIONS, expected),
                        String.valueOf(items.size()));
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
            throw unexpected("0 to 2^63 - 1 as %s".formatted(expected), value);
        }

        private WeightFileException unexpected(String expected, Value found) {
            return input.damaged(
                    "%s among the arguments of %s".formatted(expected, call), found.kind());
        }
    }
}
