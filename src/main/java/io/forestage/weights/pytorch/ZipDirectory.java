package io.forestage.weights.pytorch;

import io.forestage.weights.FileBytes;
import io.forestage.weights.WeightFileException;
import io.forestage.weights.Wording;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads a zip file's directory: what entries it has, and where. */
final class ZipDirectory {

    /** An entry is a storage; no model that comes in one file has nearly so many. */
    static final int MOST_ENTRIES = 1 << 15;

    static final int LONGEST = 1 << 24;

    private static final int SIGNATURE = 0x02014b50;
    private static final int FIXED_BYTES = 46;

    /** Encrypted, patched, strongly encrypted, or with a hidden header. */
    static final int UNREADABLE_FLAGS = 1 | 1 << 5 | 1 << 6 | 1 << 13;

    private final FileBytes file;
    private final ZipEnd end;
    private final ByteBuffer bytes;

    private ZipDirectory(FileBytes file, ZipEnd end) throws WeightFileException {
        this.file = file;
        this.end = end;
        bytes = ByteBuffer.allocate((int) end.directoryBytes()).order(ByteOrder.LITTLE_ENDIAN);
        file.read(null, end.directory(), bytes);
        bytes.flip();
    }

    static List<ZipEntry> read(FileBytes file, ZipEnd end) throws WeightFileException {
        if (end.entries() < 0 || end.entries() > MOST_ENTRIES || end.directoryBytes() > LONGEST) {
            throw file.problem(
                    null,
                    "at most %d entries in %d bytes of directory".formatted(MOST_ENTRIES, LONGEST),
                    "%d in %d".formatted(end.entries(), end.directoryBytes()),
                    PickleInput.SAVE_STATE_DICT);
        }
        return new ZipDirectory(file, end).read();
    }

    private List<ZipEntry> read() throws WeightFileException {
        List<ZipEntry> entries = new ArrayList<>();
        for (long i = 0; i < end.entries(); i++) {
            entries.add(entry());
        }
        if (bytes.hasRemaining()) {
            throw damaged("a directory of %d entries".formatted(end.entries()), "more");
        }
        return entries;
    }

    private ZipEntry entry() throws WeightFileException {
        ByteBuffer fixed = next(FIXED_BYTES);
        if (fixed.getInt(0) != SIGNATURE) {
            throw damaged(
                    "%d entries in the directory".formatted(end.entries()), "something else there");
        }
        String name = name(next(Short.toUnsignedInt(fixed.getShort(28))));
        ByteBuffer extra = next(Short.toUnsignedInt(fixed.getShort(30)));
        next(Short.toUnsignedInt(fixed.getShort(32)));
        ZipEnd.requireOnePart(file, 0, fixed.getShort(34));
        Zip64Extra sizes = Zip64Extra.of(extra);
        // The large fields come in this order, and only those that the small ones are too small
        // for.
        long size = sizes.or(fixed.getInt(24));
        long packedSize = sizes.or(fixed.getInt(20));
        long header = sizes.or(fixed.getInt(42));
        ZipEntry entry =
                new ZipEntry(
                        name,
                        compression(name, fixed),
                        Integer.toUnsignedLong(fixed.getInt(16)),
                        packedSize,
                        size,
                        header);
        entry.requireSound(file, end.directory());
        return entry;
    }

    private Compression compression(String name, ByteBuffer fixed) throws WeightFileException {
        requireReadable(fixed.getShort(8), name);
        int method = Short.toUnsignedInt(fixed.getShort(10));
        for (Compression compression : Compression.values()) {
            if (compression.method() == method) {
                return compression;
            }
        }
        throw unreadable("stored or deflated entries", "compression method " + method, name);
    }

    private void requireReadable(int flags, String name) throws WeightFileException {
        if ((flags & UNREADABLE_FLAGS) != 0) {
            throw unreadable("entries without encryption", "flags " + flags, name);
        }
    }

    private WeightFileException unreadable(String expected, String found, String name) {
        return file.problem(
                null,
                expected,
                "%s for entry %s".formatted(found, Wording.quoted(name)),
                "unpack it and pack it again without compression: zip -0 -r");
    }

    private String name(ByteBuffer name) throws WeightFileException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(name).toString();
        } catch (CharacterCodingException malformed) {
            throw damaged("entries' names in UTF-8", "malformed bytes");
        }
    }

    private ByteBuffer next(int length) throws WeightFileException {
        if (length > bytes.remaining()) {
            throw damaged("%d entries in the directory".formatted(end.entries()), "its end");
        }
        ByteBuffer next = bytes.slice(bytes.position(), length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.position(bytes.position() + length);
        return next;
    }

    private WeightFileException damaged(String expected, String found) {
        return file.problem(null, expected, found, FileBytes.DAMAGED);
    }
}
