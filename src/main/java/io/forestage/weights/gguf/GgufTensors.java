package io.forestage.weights.gguf;

import io.forestage.weights.ByteSource;
import io.forestage.weights.ElementType;
import io.forestage.weights.FileBytes;
import io.forestage.weights.Gpt2Table;
import io.forestage.weights.StoredTensor;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.TensorPlace;
import io.forestage.weights.WeightFileException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the tensors' descriptions and places each in the file. */
final class GgufTensors {

    /** A name's length, the number of dimensions, the type and the offset. */
    static final int MIN_BYTES = 2 * Long.BYTES + 2 * Integer.BYTES;

    /** The format's limit. */
    private static final int MAX_RANK = 4;

    private static final int ENTRY_BYTES = 400;

    /** The architectures whose first step is to add the two tables, or to look up the first. */
    private static final Set<String> ARCHITECTURES = Set.of("gpt2", "starcoder", "gptneox", "gptj");

    private static final Map<String, Gpt2Table> TABLES =
            Map.of(
                    "token_embd.weight", Gpt2Table.WTE,
                    "position_embd.weight", Gpt2Table.WPE);

    private final ByteSource file;
    private final boolean hasTables;

    /**
     * Makes a reader.
     *
     * @param architecture the model's architecture, or an empty text
     */
    GgufTensors(ByteSource file, String architecture) {
        this.file = file;
        this.hasTables = architecture.isEmpty() || ARCHITECTURES.contains(architecture);
    }

    /** Reads the descriptions and returns the tensors in the order of their bytes. */
    List<StoredTensor> read(GgufInput in, long count, int alignment) throws WeightFileException {
        List<Described> all = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            in.keep(ENTRY_BYTES);
            all.add(described(in));
        }
        all.sort(Comparator.comparingLong(Described::offset));
        long start = (in.position() + alignment - 1) / alignment * alignment;
        long room = Math.max(0, file.size() - start);
        List<StoredTensor> tensors = new ArrayList<>(all.size());
        for (int i = 0; i < all.size(); i++) {
            Described tensor = all.get(i);
            if (tensor.offset < 0 || tensor.offset > room || tensor.offset % alignment != 0) {
                throw file.problem(
                        tensor.name,
                        "an offset in the file's %d bytes of data that is a multiple of %d"
                                .formatted(room, alignment),
                        Long.toUnsignedString(tensor.offset),
                        FileBytes.DAMAGED);
            }
            long end = i + 1 < all.size() ? Math.min(all.get(i + 1).offset, room) : room;
            tensors.add(stored(tensor, start + tensor.offset, end - tensor.offset));
        }
        return List.copyOf(tensors);
    }

    private Described described(GgufInput in) throws WeightFileException {
        String name = in.readText();
        int rank = in.readInt();
        if (rank < 0 || rank > MAX_RANK) {
            throw file.problem(
                    name,
                    "at most %d dimensions".formatted(MAX_RANK),
                    Integer.toUnsignedString(rank),
                    FileBytes.DAMAGED);
        }
        List<Long> shape = new ArrayList<>(rank);
        for (int i = 0; i < rank; i++) {
            shape.add(in.readLong());
        }
        // The file has the fastest dimension first.
        Collections.reverse(shape);
        return new Described(name, shape, in.readInt(), in.readLong());
    }

    /**
     * Places a tensor.
     *
     * @param position the position of its first byte
     * @param room the bytes up to the next tensor
     */
    private StoredTensor stored(Described tensor, long position, long room)
            throws WeightFileException {
        GgufType type = GgufType.of(tensor.type).orElse(null);
        Gpt2Table table = hasTables ? TABLES.get(tensor.name) : null;
        String name = table == null ? tensor.name : table.tensorName();
        if (type == null && table == null) {
            // Nobody asks for it: its bytes are listed as they are.
            return new StoredTensor(
                    new TensorEntry(name, ElementType.OTHER, List.of(room)),
                    TensorPlace.at(file, position));
        }
        ElementType element = type == null ? ElementType.F32 : type.element();
        TensorEntry entry = entry(tensor, name, element);
        if (type == null) {
            // No type has less than a bit for a value. The table's size decides what is allocated.
            requireRoom(tensor, "at least ", entry.elementCount() / Byte.SIZE, room);
            String found = GgufType.name(tensor.type);
            return new StoredTensor(
                    entry, TensorPlace.at(new UnreadBlocks(file, found, entry.byteSize()), 0));
        }
        if (type == GgufType.Q8_0) {
            return quantised(tensor, entry, position, room);
        }
        requireRoom(tensor, "", entry.byteSize(), room);
        return new StoredTensor(entry, TensorPlace.at(file, position));
    }

    private StoredTensor quantised(Described tensor, TensorEntry entry, long position, long room)
            throws WeightFileException {
        List<Long> shape = tensor.shape;
        long row = shape.isEmpty() ? 1 : shape.get(shape.size() - 1);
        if (row % Q8Blocks.VALUES != 0) {
            throw file.problem(
                    tensor.name,
                    "rows of whole blocks of %d values in Q8_0".formatted(Q8Blocks.VALUES),
                    "rows of %d".formatted(row),
                    FileBytes.DAMAGED);
        }
        long blocks = entry.elementCount() / Q8Blocks.VALUES;
        // Blocks are smaller than their values as float32, whose size is below 2^63.
        requireRoom(tensor, "", blocks * Q8Blocks.BYTES, room);
        return new StoredTensor(entry, TensorPlace.at(new Q8Blocks(file, position, blocks), 0));
    }

    private TensorEntry entry(Described tensor, String name, ElementType element)
            throws WeightFileException {
        try {
            return new TensorEntry(name, element, tensor.shape);
        } catch (IllegalArgumentException tooLarge) {
            throw file.problem(
                    tensor.name,
                    "a shape of fewer than 2^63 bytes",
                    "%s %s".formatted(GgufType.name(tensor.type), tensor.shape),
                    FileBytes.DAMAGED);
        }
    }

    private void requireRoom(Described tensor, String atLeast, long bytes, long room)
            throws WeightFileException {
        if (bytes > room) {
            throw file.problem(
                    tensor.name,
                    "%s%d bytes for %s %s"
                            .formatted(atLeast, bytes, GgufType.name(tensor.type), tensor.shape),
                    "%d up to the next tensor or the end of the file".formatted(room),
                    FileBytes.DAMAGED);
        }
    }

    /** A tensor as the header describes it, with the slowest dimension first. */
    private record Described(String name, List<Long> shape, int type, long offset) {}
}
