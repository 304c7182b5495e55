package io.forestage.weights;

import io.forestage.support.Quoted;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file that cannot be read or written. The message is one line: where, what was expected, what
 * was found, what to do.
 */
public final class WeightFileException extends IOException {

    private static final long serialVersionUID = 1L;

    private final transient Path file;

    private final @Nullable String tensor;
    private final String expected;
    private final String found;
    private final String remedy;

    /**
     * Reports a problem.
     *
     * @param file the file with the problem
     * @param tensor the tensor with the problem, or null if it concerns the whole file
     * @param expected what was expected
     * @param found what was found
     * @param remedy what to do about it
     */
    public WeightFileException(
            Path file, @Nullable String tensor, String expected, String found, String remedy) {
        this(file, tensor, expected, found, remedy, null);
    }

    /**
     * Reports a problem that another exception caused.
     *
     * @param file the file with the problem
     * @param tensor the tensor with the problem, or null if it concerns the whole file
     * @param expected what was expected
     * @param found what was found
     * @param remedy what to do about it
     * @param cause the cause, or null
     */
    public WeightFileException(
            Path file,
            @Nullable String tensor,
            String expected,
            String found,
            String remedy,
            @Nullable Throwable cause) {
        super(message(file, tensor, expected, found, remedy), cause);
        this.file = file;
        this.tensor = tensor;
        this.expected = expected;
        this.found = found;
        this.remedy = remedy;
    }

    /**
     * Returns the same problem for a file's final name, if this one names its temporary file.
     *
     * @param target the file's final name
     * @return the problem under the final name
     */
    public WeightFileException of(Path target) {
        return new WeightFileException(target, tensor, expected, found, remedy, this);
    }

    /** Returns the path of the file with the problem, as it was given; null after serialization. */
    public Path file() {
        return file;
    }

    /** Returns the full name of the tensor, or null if the problem concerns the whole file. */
    public @Nullable String tensor() {
        return tensor;
    }

    private static String message(
            Path file, @Nullable String tensor, String expected, String found, String remedy) {
        String where =
                tensor == null ? file.toString() : "%s in %s".formatted(Quoted.of(tensor), file);
        return Quoted.line(
                "%s: expected %s, found %s; %s".formatted(where, expected, found, remedy));
    }
}
