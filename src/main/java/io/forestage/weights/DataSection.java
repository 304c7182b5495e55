package io.forestage.weights;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * What follows the header: the tensors' bytes, without gap or overlap, to the end of the file.
 *
 * @param start position of the first byte, counted from the start of the file
 */
record DataSection(FileBytes file, long start) {

    /** Gives every declared tensor its place, in the order of their bytes. */
    List<StoredTensor> place(Map<String, TensorDeclaration> declarations)
            throws WeightFileException {
        List<StoredTensor> tensors = new ArrayList<>(declarations.size());
        for (Map.Entry<String, TensorDeclaration> each : declarations.entrySet()) {
            tensors.add(stored(each.getKey(), each.getValue()));
        }
        // Empty tensors come before the one that starts at their offset.
        tensors.sort(
                Comparator.comparingLong((StoredTensor tensor) -> tensor.place().offset())
                        .thenComparingLong(tensor -> tensor.entry().byteSize()));
        requireCovered(tensors);
        return List.copyOf(tensors);
    }

    private void requireCovered(List<StoredTensor> tensors) throws WeightFileException {
        long end = start;
        for (StoredTensor tensor : tensors) {
            long offset = tensor.place().offset();
            if (offset != end) {
                throw file.problem(
                        tensor.entry().name(),
                        "data_offsets that begin at %d, where the tensor before ends"
                                .formatted(end - start),
                        "%d, which leaves %s"
                                .formatted(offset - start, offset < end ? "an overlap" : "a hole"),
                        FileBytes.DAMAGED);
            }
            end += tensor.entry().byteSize();
        }
        if (end != file.size()) {
            throw file.problem(
                    null,
                    "a file of %d bytes, as its header describes".formatted(end),
                    "one of %d bytes".formatted(file.size()),
                    FileBytes.DAMAGED);
        }
    }

    private StoredTensor stored(String name, TensorDeclaration declaration)
            throws WeightFileException {
        long dataBytes = file.size() - start;
        List<Long> offsets = declaration.dataOffsets();
        if (offsets.size() != 2 || offsets.get(0) > offsets.get(1) || offsets.get(1) > dataBytes) {
            throw file.problem(
                    name,
                    "two ascending data_offsets within the file's %d bytes of data"
                            .formatted(dataBytes),
                    offsets.toString(),
                    FileBytes.DAMAGED);
        }
        long taken = offsets.get(1) - offsets.get(0);
        TensorSize size = size(name, declaration);
        if (size.bytes() != taken) {
            throw file.problem(
                    name,
                    "%d bytes for %s %s"
                            .formatted(size.bytes(), declaration.type(), declaration.shape()),
                    "%d between data_offsets %s".formatted(taken, offsets),
                    FileBytes.DAMAGED);
        }
        return new StoredTensor(
                new TensorEntry(name, declaration.type(), declaration.shape()),
                TensorPlace.at(file, start + offsets.get(0)));
    }

    private TensorSize size(String name, TensorDeclaration declaration) throws WeightFileException {
        try {
            return TensorSize.of(declaration.type(), declaration.shape());
        } catch (IllegalArgumentException tooLarge) {
            throw file.problem(
                    name,
                    "fewer than 2^63 bytes",
                    "%s %s".formatted(declaration.type(), declaration.shape()),
                    FileBytes.DAMAGED);
        }
    }
}
