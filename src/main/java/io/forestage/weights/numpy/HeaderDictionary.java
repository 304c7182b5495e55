package io.forestage.weights.numpy;

import io.forestage.support.Quoted;
import io.forestage.weights.ByteSource;
import io.forestage.weights.FileBytes;
import io.forestage.weights.WeightFileException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The three keys of a header, each of which comes once. */
final class HeaderDictionary {

    private final ByteSource bytes;
    private final String tensor;
    private final HeaderText text;
    private @Nullable NpyType type;
    private @Nullable Boolean isFortranOrder;
    private @Nullable List<Long> shape;

    HeaderDictionary(ByteSource bytes, String tensor, String header) {
        this.bytes = bytes;
        this.tensor = tensor;
        text = new HeaderText(bytes, tensor, header);
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
            throw wrongKeys("no " + missing());
        }
        return new NpyHeader(type, isFortranOrder, List.copyOf(shape), length);
    }

    private String missing() {
        if (type == null) {
            return NpyFormat.DESCRIPTION;
        }
        return isFortranOrder == null ? NpyFormat.FORTRAN_ORDER : NpyFormat.SHAPE;
    }

    private void readKey() throws WeightFileException {
        String key = text.string();
        text.require(':');
        switch (key) {
            case NpyFormat.DESCRIPTION -> {
                requireNew(key, type);
                type = readType();
            }
            case NpyFormat.FORTRAN_ORDER -> {
                requireNew(key, isFortranOrder);
                isFortranOrder = text.truth();
            }
            case NpyFormat.SHAPE -> {
                requireNew(key, shape);
                shape = text.tuple();
            }
            default -> throw wrongKeys(Quoted.of(key));
        }
    }

    private NpyType readType() throws WeightFileException {
        if (text.take('[') || text.take('(')) {
            throw unsupported(
                    "a structured array", "save each of its fields as an array of its own");
        }
        String description = text.string();
        NpyType known = NpyType.of(description).orElse(null);
        if (known == null) {
            ForeignType foreign = ForeignType.of(description);
            throw unsupported(
                    "%s: %s".formatted(Quoted.of(description), foreign.title()), foreign.remedy());
        }
        return known;
    }

    private void requireNew(String key, @Nullable Object before) throws WeightFileException {
        if (before != null) {
            throw wrongKeys(Quoted.of(key) + " twice");
        }
    }

    private WeightFileException wrongKeys(String found) {
        return bytes.problem(
                tensor,
                "a header with descr, fortran_order and shape, each once, and nothing else",
                found,
                FileBytes.DAMAGED);
    }

    private WeightFileException unsupported(String found, String remedy) {
        return bytes.problem(
                tensor, "truth values, integers or floats of a known size", found, remedy);
    }
}
