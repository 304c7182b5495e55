package io.forestage.weights.zip;

import io.forestage.support.Quoted;
import io.forestage.weights.ByteSource;
import io.forestage.weights.FileBytes;
import io.forestage.weights.WeightFileException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * An entry's record in the directory.
 *
 * @param headerAt the position of the entry's own header
 * @param length the record's size in the directory in bytes
 */
record DirectoryRecord(
        String name,
        boolean isDeflated,
        long crc,
        long packedSize,
        long size,
        long headerAt,
        int length) {

    static final int MIN_LENGTH = 46;

    /** Flags for traditional encryption, strong encryption, and an encrypted directory. */
    static final int ENCRYPTED = 1 | 1 << 6 | 1 << 13;

    static final int STORED = 0;
    static final int DEFLATED = 8;

    static final int SIGNATURE = 0x02014b50;

    /** Deflate encodes at most 258 bytes in two bits. */
    private static final int MAX_RATIO = 258 * 4;

    /** Longer than the names in any weight file, and short enough for file systems. */
    private static final int MAX_NAME_LENGTH = 1024;

    private static final int NO_PART = 0xffff;

    static DirectoryRecord read(ByteSource file, ZipFields directory, int at)
            throws WeightFileException {
        int room = directory.length() - at;
        if (room < MIN_LENGTH || directory.signature(at) != SIGNATURE) {
            throw noRecord(file, at);
        }
        int nameLength = directory.u16(at + 28);
        int extraLength = directory.u16(at + 30);
        int length = MIN_LENGTH + nameLength + extraLength + directory.u16(at + 32);
        if (length > room) {
            throw noRecord(file, at);
        }
        String name = name(file, directory.part(at + MIN_LENGTH, nameLength));
        ZipFields.Zip64 wide =
                new ZipFields.Zip64(directory.part(at + MIN_LENGTH + nameLength, extraLength));
        // In the order of the ZIP64 list: size, packed size, position.
        long size = wide.of(directory.u32(at + 24));
        long packedSize = wide.of(directory.u32(at + 20));
        long headerAt = wide.of(directory.u32(at + 42));
        requireReadable(file, name, directory.u16(at + 8), directory.u16(at + 10));
        int part = directory.u16(at + 34);
        if (part != 0 && part != NO_PART) {
            throw file.problem(
                    name,
                    "a zip in one file",
                    "an entry in part %d".formatted(part),
                    "join the parts with a zip program first");
        }
        DirectoryRecord record =
                new DirectoryRecord(
                        name,
                        directory.u16(at + 10) == DEFLATED,
                        directory.u32(at + 16),
                        packedSize,
                        size,
                        headerAt,
                        length);
        record.requireSizes(file);
        return record;
    }

    private static void requireReadable(ByteSource file, String name, int flags, int method)
            throws WeightFileException {
        if ((flags & ENCRYPTED) != 0) {
            throw file.problem(
                    name,
                    "an unencrypted entry",
                    "an encrypted one",
                    "decrypt it with the program that wrote it");
        }
        if (method != STORED && method != DEFLATED) {
            throw file.problem(
                    name,
                    "a stored or deflated entry",
                    "compression method %d".formatted(method),
                    "write the zip again with deflate, or without compression");
        }
    }

    private void requireSizes(ByteSource file) throws WeightFileException {
        if (size < 0 || packedSize < 0 || headerAt < 0) {
            throw file.problem(
                    name,
                    "sizes and a position below 2^63, and a ZIP64 field for those that need it",
                    "none",
                    FileBytes.DAMAGED);
        }
        if (!isDeflated && size != packedSize) {
            throw file.problem(
                    name,
                    "a stored entry with two equal sizes",
                    "%d bytes, and %d packed bytes".formatted(size, packedSize),
                    FileBytes.DAMAGED);
        }
        if (isDeflated && size / MAX_RATIO > packedSize) {
            throw file.problem(
                    name,
                    "at most %d bytes from each deflated byte".formatted(MAX_RATIO),
                    "%d bytes from %d deflated ones".formatted(size, packedSize),
                    FileBytes.DAMAGED);
        }
    }

    private static WeightFileException noRecord(ByteSource file, int at) {
        return file.problem(
                null,
                "a complete entry at byte %d of the zip directory".formatted(at),
                "none",
                FileBytes.DAMAGED);
    }

    private static String name(ByteSource file, ZipFields bytes) throws WeightFileException {
        String name;
        try {
            name = StandardCharsets.UTF_8.newDecoder().decode(bytes.bytes()).toString();
        } catch (CharacterCodingException otherEncoding) {
            throw file.problem(
                    null,
                    "entry names in UTF-8",
                    "one in another encoding",
                    "write the zip again with a program that uses UTF-8");
        }
        if (isUnsafe(name)) {
            throw file.problem(
                    null,
                    "entry names that are relative paths with '/' between their parts",
                    Quoted.of(name),
                    FileBytes.DAMAGED);
        }
        return name;
    }

    /**
     * Returns whether a name is empty, too long, or leads out of the folder into which the zip is
     * unpacked.
     */
    static boolean isUnsafe(String name) {
        return name.isEmpty()
                || name.length() > MAX_NAME_LENGTH
                || name.startsWith("/")
                || name.indexOf('\\') >= 0
                || name.indexOf('\0') >= 0
                || Arrays.asList(name.split("/", -1)).contains("..");
    }
}
