package io.forestage.weights.pytorch;

import org.jspecify.annotations.Nullable;

/**
 * The way from the outermost container to a value.
 *
 * @param container what holds the value
 * @param part the value's key or number in it; null if the key is neither text nor a number
 * @param depth how many containers there are on the way
 */
record NamePath(@Nullable NamePath parent, Value container, @Nullable String part, int depth) {

    static NamePath to(@Nullable NamePath parent, Value container, @Nullable String part) {
        return new NamePath(parent, container, part, parent == null ? 1 : parent.depth + 1);
    }

    /** Whether the value is one of the containers on the way to it. */
    boolean leadsThrough(Value value) {
        for (NamePath path = this; path != null; path = path.parent) {
            if (path.container == value) {
                return true;
            }
        }
        return false;
    }

    /** How long the name is, or -1 if a part of it is missing. */
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

    /** The parts, joined with dots. */
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
