package io.forestage.weights.tensorflow;

import io.forestage.weights.ElementType;
import io.forestage.weights.FileBytes;
import io.forestage.weights.WeightFileException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A checkpoint's index: its header, the tensors of supported types, and the others. */
final class BundleIndex {

    private final FileBytes file;
    private final List<BundleEntry> tensors = new ArrayList<>();
    private final Map<String, String> others = new LinkedHashMap<>();
    private @Nullable Header header;

    private BundleIndex(FileBytes file) {
        this.file = file;
    }

    static BundleIndex read(FileBytes file) throws WeightFileException {
        BundleIndex index = new BundleIndex(file);
        SortedTable.visit(file, index::add);
        index.tensors.sort(
                Comparator.comparingInt(BundleEntry::shard)
                        .thenComparingLong(BundleEntry::offset)
                        .thenComparingLong(entry -> entry.tensor().byteSize()));
        return index;
    }

    Header header() throws WeightFileException {
        if (header == null) {
            throw file.problem(
                    null,
                    "a checkpoint's header under the empty key",
                    "none",
                    "check that it is the index of a checkpoint of version 2");
        }
        return header;
    }

    /** Returns the tensors in the order of their bytes. */
    List<BundleEntry> tensors() {
        return tensors;
    }

    /** Returns the names of tensors of other types, such as text, with TensorFlow's type names. */
    Map<String, String> others() {
        return Collections.unmodifiableMap(others);
    }

    private void add(byte[] key, ByteBuffer value) throws WeightFileException {
        if (key.length == 0) {
            header = Header.read(file, value);
            return;
        }
        // The entry of a slice, whose key is not text. The whole tensor's entry is refused later.
        if (key[0] == 0) {
            return;
        }
        // The empty key sorts before all others, so the header has been read if there is one.
        int shards = header().shards();
        String name = name(key);
        BundleEntry.Fields fields = BundleEntry.Fields.read(file, name, value);
        if (fields.dataType() == 0) {
            throw file.problem(name, "a data type", "none", FileBytes.DAMAGED);
        }
        Optional<ElementType> type = BundleEntry.DataType.elementType(fields.dataType());
        if (type.isPresent()) {
            tensors.add(BundleEntry.of(file, name, type.get(), fields, shards));
        } else {
            others.put(name, BundleEntry.DataType.name(fields.dataType()));
        }
    }

    private String name(byte[] key) throws WeightFileException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(key)).toString();
        } catch (CharacterCodingException malformed) {
            throw file.problem(
                    new String(key, StandardCharsets.ISO_8859_1),
                    "a name in UTF-8",
                    "malformed UTF-8",
                    FileBytes.DAMAGED);
        }
    }

    /**
     * The header of the whole checkpoint, stored under the empty key.
     *
     * @param shards the number of data files
     * @param order the byte order of every tensor's elements
     */
    record Header(int shards, ByteOrder order) {

        /** Limits the open files: each shard may stay open. */
        private static final int MAX_SHARDS = 1000;

        /** The version of the format that this reader supports. */
        private static final int VERSION = 1;

        private static final String PART = "the checkpoint's header";

        static Header read(FileBytes index, ByteBuffer value) throws WeightFileException {
            ProtoReader proto = new ProtoReader(index, null, PART, value);
            long shards = 0;
            long order = 0;
            while (proto.next()) {
                switch (proto.field()) {
                    case 1 -> shards = proto.varint();
                    case 2 -> order = proto.varint();
                    case 3 -> requireKnown(index, proto.message("the version of " + PART));
                    default -> proto.skip();
                }
            }
            if (shards < 1 || shards > MAX_SHARDS) {
                throw wrong(index, "1 to %d shards".formatted(MAX_SHARDS), Long.toString(shards));
            }
            if (order != 0 && order != 1) {
                throw wrong(index, "byte order 0 (little) or 1 (big)", Long.toString(order));
            }
            return new Header(
                    (int) shards, order == 0 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        }

        private static void requireKnown(FileBytes index, ProtoReader version)
                throws WeightFileException {
            long minVersion = 0;
            while (version.next()) {
                if (version.field() == 2) {
                    minVersion = version.varint();
                } else {
                    version.skip();
                }
            }
            if (minVersion > VERSION) {
                throw index.problem(
                        null,
                        "a checkpoint for readers of version %d".formatted(VERSION),
                        "one for version %d or later".formatted(minVersion),
                        "convert it to safetensors with the version of TensorFlow that wrote it");
            }
        }

        private static WeightFileException wrong(FileBytes index, String expected, String found) {
            return index.problem(
                    null, "%s in %s".formatted(expected, PART), found, FileBytes.DAMAGED);
        }
    }
}
