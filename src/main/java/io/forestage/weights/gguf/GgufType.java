package io.forestage.weights.gguf;

import io.forestage.weights.ElementType;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** The types of tensors by their numbers in a file; all others are quantised in other ways. */
enum GgufType {
    F32(0, ElementType.F32),
    F16(1, ElementType.F16),
    Q8_0(8, ElementType.F32),
    I8(24, ElementType.I8),
    I16(25, ElementType.I16),
    I32(26, ElementType.I32),
    I64(27, ElementType.I64),
    F64(28, ElementType.F64),
    BF16(30, ElementType.BF16);

    /** The names of the other types, for messages. */
    private static final Map<Integer, String> OTHERS =
            Map.ofEntries(
                    Map.entry(2, "Q4_0"),
                    Map.entry(3, "Q4_1"),
                    Map.entry(6, "Q5_0"),
                    Map.entry(7, "Q5_1"),
                    Map.entry(9, "Q8_1"),
                    Map.entry(10, "Q2_K"),
                    Map.entry(11, "Q3_K"),
                    Map.entry(12, "Q4_K"),
                    Map.entry(13, "Q5_K"),
                    Map.entry(14, "Q6_K"),
                    Map.entry(15, "Q8_K"),
                    Map.entry(16, "IQ2_XXS"),
                    Map.entry(17, "IQ2_XS"),
                    Map.entry(18, "IQ3_XXS"),
                    Map.entry(19, "IQ1_S"),
                    Map.entry(20, "IQ4_NL"),
                    Map.entry(21, "IQ3_S"),
                    Map.entry(22, "IQ2_S"),
                    Map.entry(23, "IQ4_XS"),
                    Map.entry(29, "IQ1_M"),
                    Map.entry(34, "TQ1_0"),
                    Map.entry(35, "TQ2_0"),
                    Map.entry(39, "MXFP4"),
                    Map.entry(40, "NVFP4"),
                    Map.entry(41, "Q1_0"));

    private final int number;
    private final ElementType element;

    GgufType(int number, ElementType element) {
        this.number = number;
        this.element = element;
    }

    /** Returns the type that is read as numbers, or empty for another. */
    static Optional<GgufType> of(int number) {
        return Arrays.stream(values()).filter(type -> type.number == number).findFirst();
    }

    /** Returns a name for any number. */
    static String name(int number) {
        return of(number)
                .map(Enum::name)
                .orElseGet(
                        () ->
                                OTHERS.getOrDefault(
                                        number,
                                        "type %s".formatted(Integer.toUnsignedString(number))));
    }

    /** Returns the type of the elements after reading. */
    ElementType element() {
        return element;
    }
}
