package io.forestage.weights.pytorch;

import io.forestage.weights.ElementType;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** What a pickle builds: plain data, and never an object of any class that it names. */
sealed interface Value {

    /** The value's kind in a message; values may contain themselves, so they are never printed. */
    String kind();

    /** Text, and a dict's usual key. */
    record Text(String text) implements Value {
        @Override
        public String kind() {
            return "text";
        }
    }

    /** A whole number of at most 64 bits. */
    record Whole(long value) implements Value {
        @Override
        public String kind() {
            return "the number " + value;
        }
    }

    /** A larger whole number. */
    record Huge(BigInteger value) implements Value {
        @Override
        public String kind() {
            return "a number beyond 64 bits";
        }
    }

    /** A tuple, which is never changed. */
    record Tuple(List<Value> items) implements Value {
        @Override
        public String kind() {
            return "a tuple of " + items.size();
        }
    }

    /** A list while its items come in. */
    record Items(ArrayList<Value> items) implements Value {
        @Override
        public String kind() {
            return "a list of " + items.size();
        }
    }

    /** A dict of any class while its items come in: keys and values in turn. */
    record Dict(ArrayList<Value> keysAndValues) implements Value {
        @Override
        public String kind() {
            return "a dict";
        }
    }

    /** What is known by name and kept without its content. */
    enum Opaque implements Value {
        NONE("None"),
        TRUTH("a truth value"),
        FLOAT("a float"),
        BYTES("bytes"),
        SET("a set"),
        OBJECT("an object");

        private final String kind;

        Opaque(String kind) {
            this.kind = kind;
        }

        @Override
        public String kind() {
            return kind;
        }
    }

    /** The class of a typed storage. */
    record StorageClass(ElementType type) implements Value {
        @Override
        public String kind() {
            return "a storage's class";
        }
    }

    /** One of PyTorch's dtypes. */
    record DataType(ElementType type) implements Value {
        @Override
        public String kind() {
            return "a dtype";
        }
    }

    /**
     * A window on a storage that lies outside the pickle.
     *
     * @param count how many elements the whole storage has
     * @param first the window's first element
     * @param length the window's elements
     */
    record Storage(String key, ElementType type, long count, long first, long length)
            implements Value {

        /** How many bytes the whole storage takes; 2^63 - 1 also for more. */
        long byteSize() {
            return count > Long.MAX_VALUE / type.bytes() ? Long.MAX_VALUE : count * type.bytes();
        }

        @Override
        public String kind() {
            return "a storage";
        }
    }

    /** A tensor as the pickle describes it, not yet checked against its storage. */
    record Tensor(
            Storage storage, ElementType type, long offset, List<Long> shape, List<Long> strides)
            implements Value {
        @Override
        public String kind() {
            return "a tensor";
        }
    }

    /** The functions and classes that a pickle may call. */
    enum Callable implements Value {
        /** (storage, offset, shape, strides). */
        TENSOR("_rebuild_tensor"),
        /** The same, then requires_grad, hooks and perhaps metadata. */
        TENSOR_V2("_rebuild_tensor_v2"),
        /** The same with a dtype before the metadata, over a storage of bytes. */
        TENSOR_V3("_rebuild_tensor_v3"),
        /** (tensor, requires_grad, hooks). */
        PARAMETER("_rebuild_parameter"),
        /** The same, then what else the parameter has as attributes. */
        PARAMETER_WITH_STATE("_rebuild_parameter_with_state"),
        /** Nothing, or, from Python 2, a list of pairs. */
        DICT("OrderedDict"),
        /** What makes the absent values. */
        DEFAULT_DICT("defaultdict"),
        /** A tuple. */
        SIZE("Size"),
        /** Settings and counters beside the weights; their content is ignored. */
        SETTING("a class of settings");

        private final String kind;

        Callable(String kind) {
            this.kind = kind;
        }

        @Override
        public String kind() {
            return kind;
        }
    }
}
