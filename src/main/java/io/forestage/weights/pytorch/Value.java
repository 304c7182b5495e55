package io.forestage.weights.pytorch;

import io.forestage.weights.ElementType;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** A value that a pickle builds: plain data, never an object of a class that it names. */
sealed interface Value {

    /**
     * Returns the value's kind for messages. Values may contain themselves and are never printed.
     */
    String kind();

    /** Text; the usual key of a dict. */
    record Text(String text) implements Value {
        @Override
        public String kind() {
            return "text";
        }
    }

    /** An integer of at most 64 bits. */
    record Whole(long value) implements Value {
        @Override
        public String kind() {
            return "the number %d".formatted(value);
        }
    }

    /** A larger integer. */
    record Huge(BigInteger value) implements Value {
        @Override
        public String kind() {
            return "a number beyond 64 bits";
        }
    }

    /** A tuple, which is immutable. */
    record Tuple(List<Value> items) implements Value {
        @Override
        public String kind() {
            return "a tuple of %d".formatted(items.size());
        }
    }

    /** A list, to which items are added. */
    record Items(ArrayList<Value> items) implements Value {
        @Override
        public String kind() {
            return "a list of %d".formatted(items.size());
        }
    }

    /** A dict of any class, to which items are added: keys and values in turn. */
    record Dict(ArrayList<Value> keysAndValues) implements Value {
        @Override
        public String kind() {
            return "a dict";
        }
    }

    /** A value that is known by name and kept without its content. */
    enum Opaque implements Value {
        NONE("None"),
        BOOL("a boolean"),
        FLOAT("a float"),
        BYTES("bytes"),
        SET("a set"),
        /** A sparse or quantised tensor, whose values are not read. */
        TENSOR("a tensor of another kind"),
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
     * A view of a storage that lies outside the pickle.
     *
     * @param count the number of elements in the whole storage
     * @param first the view's first element
     * @param length the number of elements in the view
     */
    record Storage(String key, ElementType type, long count, long first, long length)
            implements Value {

        /** Returns the size of the whole storage in bytes, at most 2^63 - 1. */
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
        /** The same, then the parameter's other attributes. */
        PARAMETER_WITH_STATE("_rebuild_parameter_with_state"),
        /** No arguments, or, from Python 2, a list of pairs. */
        DICT("OrderedDict"),
        /** The factory of absent values. */
        DEFAULT_DICT("defaultdict"),
        /** A tuple. */
        SIZE("Size"),
        /** PyTorch's functions for sparse and quantised tensors. */
        OTHER_TENSOR("a function for tensors of another kind"),
        /**
         * Any other: settings, counters and states beside the weights, whose content is ignored.
         */
        UNKNOWN("a class or a function");

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
