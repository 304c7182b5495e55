package io.forestage.weights.pytorch;

import io.forestage.weights.ElementType;
import io.forestage.weights.WeightFileException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The storages that a pickle refers to: they lie outside it, under keys. */
final class StorageReferences {

    private final PickleInput input;
    private final Map<String, Value.Storage> storages = new LinkedHashMap<>();

    StorageReferences(PickleInput input) {
        this.input = input;
    }

    /** Each storage whole, by its key. */
    Map<String, Value.Storage> storages() {
        return Collections.unmodifiableMap(storages);
    }

    /**
     * What stands in the pickle's place of a storage: ("storage", class, key, device, count), and
     * before PyTorch 1.6 then None or a view.
     */
    Value.Storage resolve(Value persistentId) throws WeightFileException {
        Arguments id = new Arguments(input, "a storage's reference", persistentId, 5, 6);
        String kind = id.get(0, Value.Text.class, "text").text();
        if (!kind.equals("storage")) {
            throw input.problem(
                    "references to storages only", "one to a " + kind, PickleInput.SAVE_STATE_DICT);
        }
        ElementType type = id.get(1, Value.StorageClass.class, "a storage's class").type();
        String key = id.get(2, Value.Text.class, "text as key").text();
        long count = id.number(4, "a storage's length");
        Value.Storage whole = new Value.Storage(key, type, count, 0, count);
        Value.Storage known = storages.putIfAbsent(key, whole);
        if (known != null && !known.equals(whole)) {
            throw input.damaged(
                    "storage %s to be %d %s again".formatted(key, known.count(), known.type()),
                    "%d %s".formatted(count, type));
        }
        return id.count() == 6 ? window(whole, id) : whole;
    }

    private Value.Storage window(Value.Storage whole, Arguments id) throws WeightFileException {
        if (id.get(5, Value.class, "a view") == Value.Opaque.NONE) {
            return whole;
        }
        Value.Tuple tuple = id.get(5, Value.Tuple.class, "a view or None");
        Arguments view = new Arguments(input, "a storage's view", tuple, 3, 3);
        long first = view.number(1, "a view's offset");
        long length = view.number(2, "a view's length");
        if (first > whole.count() || length > whole.count() - first) {
            throw input.damaged(
                    "a view within the storage's %d elements".formatted(whole.count()),
                    "%d elements from %d on".formatted(length, first));
        }
        return new Value.Storage(whole.key(), whole.type(), whole.count(), first, length);
    }
}
