package io.forestage.weights.numpy;

import io.forestage.weights.ElementType;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;

/**
 * An element's type as a header describes it: byte order, kind and size, such as {@code <f4}.
 *
 * @param order little-endian for types of one byte, which have none
 */
record NpyType(ElementType type, ByteOrder order) {

    /** The type of a description; empty if NumPy has it and Forestage has not, or neither. */
    static Optional<NpyType> of(String description) {
        if (description.length() < 2) {
            return Optional.empty();
        }
        char order = description.charAt(0);
        String kindAndSize = description.substring(1);
        return Arrays.stream(ElementType.values())
                .filter(type -> kindAndSize(type).filter(kindAndSize::equals).isPresent())
                .filter(type -> (type.bytes() == 1 ? "<>|" : "<>").indexOf(order) >= 0)
                .map(type -> new NpyType(type, byteOrder(order, type)))
                .findFirst();
    }

    /** The description of a type, as NumPy writes it. */
    static String description(ElementType type) {
        String kindAndSize =
                kindAndSize(type)
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "expected a type that NumPy has, found %s; widen it to F32"
                                                        .formatted(type)));
        return (type.bytes() == 1 ? "|" : "<") + kindAndSize;
    }

    private static Optional<String> kindAndSize(ElementType type) {
        String kind =
                switch (type) {
                    case BOOL -> "b";
                    case U8, U16, U32, U64 -> "u";
                    case I8, I16, I32, I64 -> "i";
                    case F16, F32, F64 -> "f";
                    case BF16, F8_E4M3, F8_E5M2 -> "";
                };
        return kind.isEmpty() ? Optional.empty() : Optional.of(kind + type.bytes());
    }

    private static ByteOrder byteOrder(char order, ElementType type) {
        return order == '>' && type.bytes() > 1 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    }
}
