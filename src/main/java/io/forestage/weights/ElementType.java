package io.forestage.weights;

/** The element types of safetensors that have whole bytes, named as in its headers, and others. */
public enum ElementType {
    /** A boolean in one byte. */
    BOOL(1),
    /** An unsigned integer of 8 bits. */
    U8(1),
    /** A signed integer of 8 bits. */
    I8(1),
    /** A float of 8 bits, 5 of exponent and 2 of mantissa. */
    F8_E5M2(1),
    /** A float of 8 bits, 4 of exponent and 3 of mantissa. */
    F8_E4M3(1),
    /** A power of two in 8 bits, the scale of a block of small floats. */
    F8_E8M0(1),
    /** A signed integer of 16 bits. */
    I16(2),
    /** An unsigned integer of 16 bits. */
    U16(2),
    /** IEEE 754 binary16. */
    F16(2),
    /** The upper half of an IEEE 754 binary32. */
    BF16(2),
    /** A signed integer of 32 bits. */
    I32(4),
    /** An unsigned integer of 32 bits. */
    U32(4),
    /** IEEE 754 binary32, Java's {@code float}. */
    F32(4),
    /** IEEE 754 binary64, Java's {@code double}. */
    F64(8),
    /** Two F32, the parts of a complex number. */
    C64(8),
    /** Two F64, the parts of a complex number. */
    C128(16),
    /** A signed integer of 64 bits. */
    I64(8),
    /** An unsigned integer of 64 bits. */
    U64(8),
    /**
     * A type that is not read, such as F4 with two elements in a byte. Its tensors are listed with
     * their bytes as elements, in one dimension.
     */
    OTHER(1);

    private final int bytes;

    ElementType(int bytes) {
        this.bytes = bytes;
    }

    /** Returns the size of one element in bytes. */
    public int bytes() {
        return bytes;
    }

    /**
     * Returns whether {@link WeightFile#readFloats} converts this type to float32: true for F16,
     * BF16, F32 and F64.
     */
    public boolean isFloatingPoint() {
        return switch (this) {
            case F16, BF16, F32, F64 -> true;
            default -> false;
        };
    }
}
