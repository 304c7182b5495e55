package io.forestage.weights;

import io.forestage.support.Quoted;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file that cannot be read or written as it should. The message is one line: where, what was
 * expected, what was found, what to do.
 */
public final class WeightFileException extends IOException {

    private static final long serialVersionUID = 1L;

    private final transient Path file;

    /** The tensor's name in full, or null if the problem concerns the file as a whole. */
    private final @Nullable String tensor;

    /** What should have been there. */
    private final String expected;

    /** What was there. */
    private final String found;

    /** What to do about it. */
    private final String remedy;

    /**
     * Reports a problem.
     *
     * @param file the file it lies in
     * @param tensor the tensor it lies in, or null if it concerns the file as a whole
     * @param expected what should have been there
     * @param found what was there
     * @param remedy what to do about it
     */
    public WeightFileException(
            Path file, @Nullable String tensor, String expected, String found, String remedy) {
        this(file, tensor, expected, found, remedy, null);
    }

    /**
     * Reports a problem that another exception caused.
     *
     * @param file the file it lies in
     * @param tensor the tensor it lies in, or null if it concerns the file as a whole
     * @param expected what should have been there
     * @param found what was there
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
     * Returns the same problem for a file's final name, when this one names its temporary file.
     *
     * @param lasting the file's final name
     * @return the problem under the final name
     */
    public WeightFileException of(Path lasting) {
        return new WeightFileException(lasting, tensor, expected, found, remedy, this);
    }

    /**
     * Returns the file that the problem lies in.
     *
     * @return the path as it was given; it does not survive serialization
     */
    public Path file() {
        return file;
    }

    /**
     * Returns the tensor that the problem lies in.
     *
     * @return its name in full, or null if the problem concerns the file as a whole
     */
    public @Nullable String tensor() {
        return tensor;
    }

    private static String message(
            Path file, @Nullable String tensor, String expected, String found, String remedy) {
        String where = tensor == null ? file.toString() : Quoted.of(tensor) + " in " + file;
        return Quoted.line(
                "%s: expected %s, found %s; %s".formatted(where, expected, found, remedy));
    }
}
