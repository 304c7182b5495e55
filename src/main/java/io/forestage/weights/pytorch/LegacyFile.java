package io.forestage.weights.pytorch;

import io.forestage.support.Quoted;
import io.forestage.weights.FileBytes;
import io.forestage.weights.StoredTensor;
import io.forestage.weights.WeightFileException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The format before PyTorch 1.6: five pickles (a magic number, a version, the writer's machine, the
 * object and the storages' keys), then for each key the number of elements in eight bytes and the
 * elements. PyTorch writes these little-endian on every machine and ignores the byte order in the
 * third pickle.
 */
final class LegacyFile implements Storages {

    private static final Value MAGIC = new Value.Huge(new BigInteger("1950a86a20f9469cfc6c", 16));

    private static final Value VERSION = new Value.Whole(1001);

    private final FileBytes file;
    private final Map<String, Storages.Stored> storages = new HashMap<>();
    private long position;

    private LegacyFile(FileBytes file) {
        this.file = file;
    }

    static List<StoredTensor> tensors(FileBytes file) throws WeightFileException {
        LegacyFile legacy = new LegacyFile(file);
        legacy.requireVersion();
        Value machine = legacy.next().value();
        if (!(machine instanceof Value.Dict)) {
            throw legacy.damaged("a dict about the writer's machine", machine.kind());
        }
        Unpickler.Pickle object = legacy.next();
        legacy.place(legacy.next().value(), object.storages());
        return new TensorWalk(file, legacy).tensors(object.value());
    }

    @Override
    public Storages.Stored find(String tensor, Value.Storage storage) throws WeightFileException {
        Storages.Stored stored = storages.get(storage.key());
        if (stored == null) {
            throw file.problem(
                    tensor,
                    "its storage %s in the list of storages".formatted(Quoted.of(storage.key())),
                    "no such key",
                    FileBytes.DAMAGED);
        }
        return stored;
    }

    private void requireVersion() throws WeightFileException {
        Value magic = next().value();
        if (!MAGIC.equals(magic)) {
            throw file.problem(
                    null,
                    "PyTorch's magic number in the first pickle",
                    magic.kind(),
                    PickleInput.SAVE_STATE_DICT);
        }
        Value version = next().value();
        if (!VERSION.equals(version)) {
            throw file.problem(
                    null,
                    "version 1001",
                    version.kind(),
                    "open it with torch.load in Python and save it again with torch.save");
        }
    }

    private Unpickler.Pickle next() throws WeightFileException {
        PickleInput input =
                new PickleInput(
                        Storages.Stored.plain(file, position, file.size() - position),
                        "the pickle at byte %d".formatted(position));
        Unpickler.Pickle pickle = Unpickler.read(input);
        position += input.position();
        return pickle;
    }

    private void place(Value keys, Map<String, Value.Storage> known) throws WeightFileException {
        if (!(keys instanceof Value.Items list)) {
            throw damaged("a list of the storages' keys", keys.kind());
        }
        for (Value item : list.items()) {
            if (!(item instanceof Value.Text key)) {
                throw damaged("text as a storage's key", item.kind());
            }
            Value.Storage storage = known.get(key.text());
            if (storage == null) {
                throw damaged("keys of storages in the object", Quoted.of(key.text()));
            }
            if (storages.put(key.text(), elements(storage)) != null) {
                throw damaged("unique storages", "%s twice".formatted(Quoted.of(key.text())));
            }
        }
        if (position != file.size()) {
            throw damaged(
                    "a file of %d bytes, where its last storage ends".formatted(position),
                    "a file of %d bytes".formatted(file.size()));
        }
    }

    private Storages.Stored elements(Value.Storage storage) throws WeightFileException {
        long left = file.size() - position - Long.BYTES;
        if (left < 0 || storage.byteSize() > left) {
            throw damaged(
                    "%d bytes of storage %s"
                            .formatted(storage.byteSize(), Quoted.of(storage.key())),
                    "%d bytes up to the end of the file".formatted(Math.max(left, 0)));
        }
        ByteBuffer count = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        file.read(null, position, count);
        if (count.getLong(0) != storage.count()) {
            throw damaged(
                    "%d elements in storage %s"
                            .formatted(storage.count(), Quoted.of(storage.key())),
                    String.valueOf(count.getLong(0)));
        }
        Storages.Stored stored =
                Storages.Stored.plain(file, position + Long.BYTES, storage.byteSize());
        position += Long.BYTES + storage.byteSize();
        return stored;
    }

    private WeightFileException damaged(String expected, String found) {
        return file.problem(null, expected, found, FileBytes.DAMAGED);
    }
}
