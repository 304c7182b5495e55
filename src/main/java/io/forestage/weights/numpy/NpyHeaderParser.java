package io.forestage.weights.numpy;

import io.forestage.support.Quoted;
import io.forestage.weights.ByteSource;
import io.forestage.weights.FileBytes;
import io.forestage.weights.WeightFileException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parses a header: a Python dictionary with exactly three keys. */
final class NpyHeaderParser {

    private final ByteSource bytes;
    private final String tensor;
    private final Text text;
    private @Nullable NpyType type;
    private @Nullable Boolean isFortranOrder;
    private @Nullable List<Long> shape;

    NpyHeaderParser(ByteSource bytes, String tensor, String header) {
        this.bytes = bytes;
        this.tensor = tensor;
        text = new Text(bytes, tensor, header);
    }

    NpyHeader read(long length) throws WeightFileException {
        text.require('{');
        while (!text.take('}')) {
            readKey();
            if (!text.take(',')) {
                text.require('}');
                break;
            }
        }
        text.requireEnd();
        if (type == null || isFortranOrder == null || shape == null) {
            throw wrongKeys("no %s".formatted(missing()));
        }
        return new NpyHeader(type, isFortranOrder, List.copyOf(shape), length);
    }

    private String missing() {
        if (type == null) {
            return NpyHeader.DESCRIPTION;
        }
        return isFortranOrder == null ? NpyHeader.FORTRAN_ORDER : NpyHeader.SHAPE;
    }

    private void readKey() throws WeightFileException {
        String key = text.string();
        text.require(':');
        switch (key) {
            case NpyHeader.DESCRIPTION -> {
                requireNew(key, type);
                type = readType();
            }
            case NpyHeader.FORTRAN_ORDER -> {
                requireNew(key, isFortranOrder);
                isFortranOrder = text.bool();
            }
            case NpyHeader.SHAPE -> {
                requireNew(key, shape);
                shape = text.tuple();
            }
            default -> throw wrongKeys(Quoted.of(key));
        }
    }

    private NpyType readType() throws WeightFileException {
        if (text.take('[') || text.take('(')) {
            throw unsupported("a structured array", "save each field as a separate array");
        }
        String description = text.string();
        NpyType known = NpyType.of(description).orElse(null);
        if (known == null) {
            NpyType.ForeignType foreign = NpyType.ForeignType.of(description);
            throw unsupported(
                    "%s: %s".formatted(Quoted.of(description), foreign.title()), foreign.remedy());
        }
        return known;
    }

    private void requireNew(String key, @Nullable Object before) throws WeightFileException {
        if (before != null) {
            throw wrongKeys("%s twice".formatted(Quoted.of(key)));
        }
    }

    private WeightFileException wrongKeys(String found) {
        return bytes.problem(
                tensor,
                "a header with exactly the keys descr, fortran_order and shape",
                found,
                FileBytes.DAMAGED);
    }

    private WeightFileException unsupported(String found, String remedy) {
        return bytes.problem(tensor, "booleans, integers or floats of a known size", found, remedy);
    }

    /**
     * Reads a header's text token by token: the Python literals that NumPy writes, with any spacing
     * and either quote.
     */
    private static final class Text {

        /** NumPy's limit. */
        private static final int MAX_DIMENSIONS = 64;

        private static final int END = -1;

        private final ByteSource bytes;
        private final String tensor;
        private final String text;
        private int next;

        Text(ByteSource bytes, String tensor, String text) {
            this.bytes = bytes;
            this.tensor = tensor;
            this.text = text;
        }

        /** Skips the expected character, or returns false if another comes next. */
        boolean take(char expected) {
            if (peek() != expected) {
                return false;
            }
            next++;
            return true;
        }

        void require(char expected) throws WeightFileException {
            if (!take(expected)) {
                throw unexpected("'%c'".formatted(expected));
            }
        }

        void requireEnd() throws WeightFileException {
            if (peek() != END) {
                throw unexpected("nothing after '}'");
            }
        }

        /** Reads a string. Escapes are refused: no key and no type has any. */
        String string() throws WeightFileException {
            int quote = peek();
            if (quote != '\'' && quote != '"') {
                throw unexpected("a string");
            }
            int start = next + 1;
            int end = text.indexOf(quote, start);
            String string = end < 0 ? "" : text.substring(start, end);
            if (end < 0 || !string.chars().allMatch(c -> c >= ' ' && c < 0x7f && c != '\\')) {
                throw unexpected("a string of printable ASCII");
            }
            next = end + 1;
            return string;
        }

        boolean bool() throws WeightFileException {
            boolean value = peek() == 'T';
            String word = value ? "True" : "False";
            if (!text.startsWith(word, next)) {
                throw unexpected("True or False");
            }
            next += word.length();
            return value;
        }

        /** Reads dimensions. In Python, a tuple of one element has a comma after it. */
        List<Long> tuple() throws WeightFileException {
            List<Long> dimensions = new ArrayList<>();
            require('(');
            while (!take(')')) {
                if (dimensions.size() == MAX_DIMENSIONS) {
                    throw unexpected("')' after at most %d dimensions".formatted(MAX_DIMENSIONS));
                }
                dimensions.add(number());
                if (!take(',')) {
                    if (dimensions.size() == 1) {
                        throw unexpected("',' after the only dimension");
                    }
                    require(')');
                    break;
                }
            }
            return dimensions;
        }

        WeightFileException unexpected(String expected) {
            String found = peek() == END ? "its end" : "'%c'".formatted(text.charAt(next));
            return bytes.problem(
                    tensor,
                    "a header with %s at character %d".formatted(expected, next),
                    found,
                    FileBytes.DAMAGED);
        }

        private long number() throws WeightFileException {
            peek();
            int start = next;
            while (next < text.length() && text.charAt(next) >= '0' && text.charAt(next) <= '9') {
                next++;
            }
            String digits = text.substring(start, next);
            try {
                if (digits.length() > 1 && digits.startsWith("0")) {
                    throw new NumberFormatException(digits);
                }
                return Long.parseLong(digits);
            } catch (NumberFormatException noDimension) {
                next = start;
                throw unexpected("a dimension from 0 to 2^63 - 1");
            }
        }

        private int peek() {
            while (next < text.length() && " \t\r\n".indexOf(text.charAt(next)) >= 0) {
                next++;
            }
            return next < text.length() ? text.charAt(next) : END;
        }
    }
}
