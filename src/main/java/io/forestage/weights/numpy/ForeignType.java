package io.forestage.weights.numpy;

import java.util.Arrays;
import java.util.regex.Pattern;

/** The types that NumPy saves and that hold no weights, with the way out of each. */
enum ForeignType {
    OBJECTS(
            "[<>|=]?O\\d*",
            "Python objects, which only running code can load",
            "save numbers: numpy.save(file, array.astype('<f4'))"),
    RAW_BYTES(
            "[<>|=]?V\\d+",
            "raw bytes, as NumPy saves bfloat16 and others that it does not know",
            "save floats: numpy.save(file, array.astype('<f4'))"),
    COMPLEX("[<>=]?c\\d+", "complex numbers", "save array.real and array.imag apart"),
    LONG_DOUBLE(
            "[<>=]?f(10|12|16)",
            "floats of the machine that wrote them",
            "save doubles: numpy.save(file, array.astype('<f8'))"),
    TEXT("[<>|=]?[SUa]\\d*", "text", "leave it out, or save numbers in its place"),
    DATES("[<>=]?[mM]8.*", "dates or times", "save numbers: numpy.save(file, array.astype('<i8'))"),
    NO_ORDER(
            "[|=]?[biuf]\\d+",
            "numbers without a byte order",
            "say which it is: array.astype('<f4') before numpy.save"),
    UNKNOWN(
            ".*",
            "a type that NumPy does not have",
            "check that NumPy wrote it, and write it again");

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
