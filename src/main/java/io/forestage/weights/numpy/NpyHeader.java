package io.forestage.weights.numpy;

import io.forestage.weights.ByteSource;
import io.forestage.weights.FileBytes;
import io.forestage.weights.WeightFileException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The bytes before an array's elements: magic, version, length, then a Python dictionary with the
 * array's type, order and shape.
 *
 * @param length the number of bytes of all of this
 */
record NpyHeader(NpyType type, boolean isFortranOrder, List<Long> shape, long length) {

    static final String DESCRIPTION = "descr";
    static final String FORTRAN_ORDER = "fortran_order";
    static final String SHAPE = "shape";

    /** Version 1.0's limit. In later versions, only structured arrays have longer headers. */
    private static final int MAX_LENGTH = 0xffff;

    private static final int MAGIC_BYTES = NumpyFile.Magic.ARRAY.bytes().length;
    private static final int VERSION_BYTES = 2;

    static NpyHeader read(ByteSource bytes, String tensor) throws WeightFileException {
        int version = version(bytes, tensor);
        int lengthAt = MAGIC_BYTES + VERSION_BYTES;
        int lengthBytes = version == 1 ? Short.BYTES : Integer.BYTES;
        ByteBuffer field =
                ByteBuffer.wrap(read(bytes, tensor, lengthAt, lengthBytes))
                        .order(ByteOrder.LITTLE_ENDIAN);
        long length =
                version == 1
                        ? Short.toUnsignedLong(field.getShort(0))
                        : Integer.toUnsignedLong(field.getInt(0));
        if (length > MAX_LENGTH) {
            throw bytes.problem(
                    tensor,
                    "a header of at most %d bytes".formatted(MAX_LENGTH),
                    "one of %d bytes, as only structured arrays have".formatted(length),
                    "save each field as a separate array");
        }
        int start = lengthAt + lengthBytes;
        byte[] text = read(bytes, tensor, start, (int) length);
        String header = new String(text, StandardCharsets.ISO_8859_1);
        return new NpyHeaderParser(bytes, tensor, header).read(start + length);
    }

    private static int version(ByteSource bytes, String tensor) throws WeightFileException {
        byte[] start = read(bytes, tensor, 0, MAGIC_BYTES + VERSION_BYTES);
        if (NumpyFile.Magic.of(start) != NumpyFile.Magic.ARRAY) {
            throw bytes.problem(
                    tensor,
                    "a NumPy array, which starts with \\x93NUMPY",
                    "other first bytes",
                    FileBytes.DAMAGED);
        }
        int major = Byte.toUnsignedInt(start[MAGIC_BYTES]);
        int minor = Byte.toUnsignedInt(start[MAGIC_BYTES + 1]);
        if (major < 1 || major > 3 || minor != 0) {
            throw bytes.problem(
                    tensor,
                    "version 1.0, 2.0 or 3.0 of NumPy's format",
                    "%d.%d".formatted(major, minor),
                    "save it again with numpy.save");
        }
        return major;
    }

    private static byte[] read(ByteSource bytes, String tensor, int position, int length)
            throws WeightFileException {
        if (length > bytes.size() - position) {
            throw bytes.problem(
                    tensor,
                    "a complete header",
                    "the end of the data after %d bytes".formatted(bytes.size()),
                    FileBytes.DAMAGED);
        }
        byte[] piece = new byte[length];
        bytes.read(tensor, position, ByteBuffer.wrap(piece));
        return piece;
    }
}
