package io.forestage.weights.pytorch;

import io.forestage.weights.ByteSource;
import io.forestage.weights.FileBytes;
import io.forestage.weights.StoredTensor;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.TensorPlace;
import io.forestage.weights.WeightFileException;
import java.util.List;

/** Checks tensors against their storages and computes their places. */
final class TensorPlacing {

    private final ByteSource file;
    private final Storages storages;

    TensorPlacing(ByteSource file, Storages storages) {
        this.file = file;
        this.storages = storages;
    }

    StoredTensor place(String name, Value.Tensor tensor) throws WeightFileException {
        TensorEntry entry = entry(name, tensor);
        Value.Storage storage = tensor.storage();
        Storages.Stored stored = storages.find(name, storage);
        requireWithinStorage(entry, tensor);
        long first =
                storage.first() * storage.type().bytes() + tensor.offset() * tensor.type().bytes();
        TensorPlace place =
                new TensorPlace(
                        stored.source(), stored.offset() + first, stored.order(), tensor.strides());
        if (stored.isCompressed() && !place.isContiguous(entry.shape())) {
            throw file.problem(
                    name,
                    "a tensor in C order in a compressed file",
                    "strides %s".formatted(tensor.strides()),
                    "unpack it and pack it again without compression: zip -0 -r");
        }
        return new StoredTensor(entry, place);
    }

    private TensorEntry entry(String name, Value.Tensor tensor) throws WeightFileException {
        try {
            return new TensorEntry(name, tensor.type(), tensor.shape());
        } catch (IllegalArgumentException tooLarge) {
            throw file.problem(
                    name,
                    "fewer than 2^63 bytes",
                    "%s %s".formatted(tensor.type(), tensor.shape()),
                    FileBytes.DAMAGED);
        }
    }

    /** A tensor beyond its storage could still lie within the file, in another tensor's bytes. */
    private void requireWithinStorage(TensorEntry entry, Value.Tensor tensor)
            throws WeightFileException {
        Value.Storage storage = tensor.storage();
        long length = storage.length() * storage.type().bytes() / tensor.type().bytes();
        if (!isWithin(length, tensor)) {
            throw file.problem(
                    entry.name(),
                    "a tensor within its storage of %d elements".formatted(length),
                    "shape %s from element %d on with strides %s"
                            .formatted(tensor.shape(), tensor.offset(), tensor.strides()),
                    FileBytes.DAMAGED);
        }
    }

    private static boolean isWithin(long length, Value.Tensor tensor) {
        List<Long> shape = tensor.shape();
        List<Long> strides = tensor.strides();
        if (strides.size() != shape.size() || tensor.offset() > length) {
            return false;
        }
        if (shape.contains(0L)) {
            return true;
        }
        try {
            long last = tensor.offset();
            for (int i = 0; i < shape.size(); i++) {
                last = Math.addExact(last, Math.multiplyExact(shape.get(i) - 1, strides.get(i)));
            }
            return last < length;
        } catch (ArithmeticException overflow) {
            return false;
        }
    }
}
