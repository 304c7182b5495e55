package io.forestage.weights.numpy;

import io.forestage.weights.ElementType;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An element type as headers describe it: byte order, kind and size, such as {@code <f4}.
 *
 * @param order the byte order; little-endian for types of one byte
 */
record NpyType(ElementType type, ByteOrder order) {

    /** Returns the type for a description; empty if Forestage does not support it. */
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

    /** Returns the description of a type, as NumPy writes it. */
    static String description(ElementType type) {
        String kindAndSize =
                kindAndSize(type)
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "expected a type that NumPy supports, found %s; convert it to F32"
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
                    case BF16, F8_E4M3, F8_E5M2, F8_E8M0, C64, C128, OTHER -> "";
                };
        return kind.isEmpty() ? Optional.empty() : Optional.of(kind + type.bytes());
    }

    private static ByteOrder byteOrder(char order, ElementType type) {
        return order == '>' && type.bytes() > 1 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    }

    /** Types that NumPy saves and Forestage does not read, each with a remedy. */
    enum ForeignType {
        OBJECTS(
                "[<>|=]?O\\d*",
                "Python objects, which can only be loaded by running code",
                "save numbers: numpy.save(file, array.astype('<f4'))"),
        RAW_BYTES(
                "[<>|=]?V\\d+",
                "raw bytes, as NumPy saves bfloat16 and other types that it does not support",
                "save floats: numpy.save(file, array.astype('<f4'))"),
        COMPLEX("[<>=]?c\\d+", "complex numbers", "save array.real and array.imag separately"),
        LONG_DOUBLE(
                "[<>=]?f(10|12|16)",
                "floats in the format of the machine that wrote them",
                "save doubles: numpy.save(file, array.astype('<f8'))"),
        TEXT("[<>|=]?[SUa]\\d*", "text", "leave it out, or save numbers instead"),
        DATES(
                "[<>=]?[mM]8.*",
                "dates or times",
                "save numbers: numpy.save(file, array.astype('<i8'))"),
        NO_ORDER(
                "[|=]?[biuf]\\d+",
                "numbers without a byte order",
                "set one: array.astype('<f4') before numpy.save"),
        UNKNOWN(".*", "a type unknown to NumPy", "check that NumPy wrote it, and write it again");

        private final Pattern description;
        private final String title;
        private final String remedy;

        ForeignType(String description, String title, String remedy) {
            this.description = Pattern.compile(description, Pattern.DOTALL);
            this.title = title;
            this.remedy = remedy;
        }

        static ForeignType of(String description) {
            return Arrays.stream(values())
                    .filter(type -> type.description.matcher(description).matches())
                    .findFirst()
                    .orElse(UNKNOWN);
        }

        String title() {
            return title;
        }

        String remedy() {
            return remedy;
        }
    }
}
