package io.forestage.weights.pytorch;

import io.forestage.support.Quoted;
import io.forestage.weights.ByteSource;
import io.forestage.weights.ElementType;
import io.forestage.weights.StoredTensor;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.TensorPlace;
import io.forestage.weights.WeightFileException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the tensors in a pickle's result. Depth and number of visits are bounded, since values may
 * be shared, so that a few look like billions, and may contain themselves.
 */
final class TensorWalk {

    private static final int MAX_DEPTH = 64;

    private static final int MAX_TENSORS = 1 << 16;

    private static final int MAX_NAME_LENGTH = 1 << 10;

    /** The characters of all names together. */
    private static final int MAX_CHARACTERS = 1 << 23;

    private final ByteSource file;
    private final TensorPlacing placing;
    private final List<StoredTensor> tensors = new ArrayList<>();
    private int visited;
    private int characters;

    TensorWalk(ByteSource file, Storages storages) {
        this.file = file;
        placing = new TensorPlacing(file, storages);
    }

    /** Returns the tensors in the order of the pickle. */
    List<StoredTensor> tensors(Value root) throws WeightFileException {
        if (!(root instanceof Value.Dict
                || root instanceof Value.Items
                || root instanceof Value.Tuple)) {
            throw file.problem(null, "a dict of tensors", root.kind(), PickleInput.SAVE_STATE_DICT);
        }
        visit(root, null);
        return tensors;
    }

    private void visit(Value value, @Nullable NamePath path) throws WeightFileException {
        if (++visited > PickleStack.Budget.VALUES) {
            throw tooMuch("at most %d values".formatted(PickleStack.Budget.VALUES), path);
        }
        if (value instanceof Value.Dict dict) {
            requireBounded(dict, path);
            List<Value> both = dict.keysAndValues();
            for (int i = 0; i < both.size(); i += 2) {
                visit(both.get(i + 1), NamePath.to(path, dict, part(both.get(i))));
            }
        } else if (value instanceof Value.Items list) {
            visit(list, list.items(), path);
        } else if (value instanceof Value.Tuple tuple) {
            visit(tuple, tuple.items(), path);
        } else if (value instanceof Value.Tensor tensor && path != null) {
            String name = name(path);
            tensors.add(placing.place(name, tensor));
        } else if (value == Value.Opaque.TENSOR && path != null) {
            TensorEntry listed = new TensorEntry(name(path), ElementType.OTHER, List.of(0L));
            tensors.add(new StoredTensor(listed, TensorPlace.at(file, 0)));
        }
    }

    private void visit(Value container, List<Value> items, @Nullable NamePath path)
            throws WeightFileException {
        requireBounded(container, path);
        for (int i = 0; i < items.size(); i++) {
            visit(items.get(i), NamePath.to(path, container, Integer.toString(i)));
        }
    }

    private void requireBounded(Value container, @Nullable NamePath path)
            throws WeightFileException {
        if (path != null && path.contains(container)) {
            throw tooMuch("values that do not contain themselves", path);
        }
        if (path != null && path.depth() == MAX_DEPTH) {
            throw tooMuch("values nested at most %d deep".formatted(MAX_DEPTH), path);
        }
    }

    private static @Nullable String part(Value key) {
        if (key instanceof Value.Text text) {
            return text.text();
        }
        return key instanceof Value.Whole number ? Long.toString(number.value()) : null;
    }

    private String name(NamePath path) throws WeightFileException {
        int length = path.length();
        if (length < 0) {
            throw file.problem(
                    null,
                    "text or integers as keys of tensors",
                    "another key",
                    PickleInput.SAVE_STATE_DICT);
        }
        if (length > MAX_NAME_LENGTH) {
            throw tooMuch("names of at most %d characters".formatted(MAX_NAME_LENGTH), path);
        }
        characters += length;
        if (characters > MAX_CHARACTERS || tensors.size() == MAX_TENSORS) {
            throw tooMuch(
                    "at most %d tensors, with %d characters in all names"
                            .formatted(MAX_TENSORS, MAX_CHARACTERS),
                    path);
        }
        return path.name();
    }

    private WeightFileException tooMuch(String expected, @Nullable NamePath path) {
        String where = path == null || path.part() == null ? "the root" : path.part();
        return file.problem(
                null, expected, "more at " + Quoted.of(where), PickleInput.SAVE_STATE_DICT);
    }

    /**
     * The path from the outermost container to a value.
     *
     * @param container the container of the value
     * @param part the value's key or index in it; null if the key is neither text nor an integer
     * @param depth the number of containers on the path
     */
    private record NamePath(
            @Nullable NamePath parent, Value container, @Nullable String part, int depth) {

        static NamePath to(@Nullable NamePath parent, Value container, @Nullable String part) {
            return new NamePath(parent, container, part, parent == null ? 1 : parent.depth + 1);
        }

        /** Returns whether the value is one of the containers on the path. */
        boolean contains(Value value) {
            for (NamePath path = this; path != null; path = path.parent) {
                if (path.container == value) {
                    return true;
                }
            }
            return false;
        }

        /** Returns the length of the name, or -1 if a part of it is missing. */
        int length() {
            int length = -1;
            for (NamePath path = this; path != null; path = path.parent) {
                if (path.part == null) {
                    return -1;
                }
                length += path.part.length() + 1;
            }
            return length;
        }

        /** Returns the parts, joined with dots. */
        String name() {
            StringBuilder name = new StringBuilder();
            for (NamePath path = this; path != null; path = path.parent) {
                if (name.length() > 0) {
                    name.insert(0, '.');
                }
                name.insert(0, path.part);
            }
            return name.toString();
        }
    }
}
