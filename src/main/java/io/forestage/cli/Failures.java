package io.forestage.cli;

import io.forestage.support.HeapBudget;
import io.forestage.support.Quoted;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Prints a failure as one line, and for wrong usage the synopsis too. */
final class Failures {

    /** What is typed for an option, by the option's type. */
    private static final Map<Class<?>, String> NUMBERS =
            Map.of(
                    int.class, "an integer",
                    Integer.class, "an integer",
                    long.class, "an integer",
                    Long.class, "an integer",
                    double.class, "a number",
                    Double.class, "a number");

    private Failures() {}

    /** Prints a failure's message and returns the exit status of a failed command. */
    static int report(Throwable failure, PrintWriter err, boolean verbose) {
        err.println("forestage: " + inOneLine(failure));
        if (verbose) {
            printTrace(failure, err);
        }
        return CommandLine.ExitCode.SOFTWARE;
    }

    /** Reports results that were not written, unless the reader of a pipe closed it. */
    static int reportLost(@Nullable IOException failure, PrintWriter err) {
        if (failure == null) {
            return CommandLine.ExitCode.OK;
        }
        if (!"Broken pipe".equals(failure.getMessage())) {
            err.println("forestage: cannot write to standard output: " + inOneLine(failure));
        }
        return CommandLine.ExitCode.SOFTWARE;
    }

    /** Prints what is wrong with the arguments, and returns the exit status of wrong usage. */
    static int usage(ParameterException failure, String[] args) {
        CommandLine command = failure.getCommandLine();
        PrintWriter err = command.getErr();
        String typed = wrongValue(failure);
        err.println("forestage: " + (typed == null ? inOneLine(failure) : typed));
        UnmatchedArgumentException.printSuggestions(failure, err);
        err.println(
                "Usage: " + command.getHelp().synopsis(0).strip().replaceAll("\\s*\\R\\s*", " "));
        return CommandLine.ExitCode.USAGE;
    }

    /** Returns what is wrong with an option's value, in the values as they are typed, or null. */
    private static @Nullable String wrongValue(ParameterException failure) {
        if (!(failure.getArgSpec() instanceof OptionSpec option) || failure.getValue() == null) {
            return null;
        }
        boolean isConvertedHere = option.converters().length > 0;
        if (isConvertedHere && failure.getCause() instanceof TypeConversionException wrong) {
            return "%s: %s".formatted(option.longestName(), inOneLine(wrong));
        }
        String found = Quoted.of(failure.getValue());
        if (option.type().isEnum()) {
            List<String> values =
                    Arrays.stream(option.type().getEnumConstants())
                            .map(
                                    value ->
                                            value.toString()
                                                    .toLowerCase(Locale.ROOT)
                                                    .replace('_', '-'))
                            .toList();
            String last = values.get(values.size() - 1);
            return "%s: expected %s or %s, found %s"
                    .formatted(
                            option.longestName(),
                            String.join(", ", values.subList(0, values.size() - 1)),
                            last,
                            found);
        }
        String number = NUMBERS.get(option.auxiliaryTypes()[0]);
        if (number != null) {
            boolean isInteger = failure.getValue().matches("[+-]?\\d+");
            return "%s: expected %s%s, found %s"
                    .formatted(
                            option.longestName(),
                            number,
                            isInteger ? " that is not so large" : "",
                            found);
        }
        return null;
    }

    /** Escapes each line, because messages of the JDK and of libraries quote text unescaped. */
    private static void printTrace(Throwable failure, PrintWriter err) {
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        trace.toString()
                .lines()
                .forEach(
                        line -> {
                            String text = line.stripLeading();
                            String indent = text.length() < line.length() ? "\t" : "";
                            err.println(indent + Quoted.line(text));
                        });
    }

    private static String inOneLine(Throwable failure) {
        String message = message(failure);
        if (message == null || message.isBlank()) {
            return failure.getClass().getSimpleName();
        }
        return Quoted.line(message.strip().replaceAll("\\s*\\R\\s*", " "));
    }

    private static @Nullable String message(Throwable failure) {
        if (failure instanceof OutOfMemoryError) {
            return "out of memory (%s); process less at once, or %s"
                    .formatted(failure.getMessage(), HeapBudget.REMEDY);
        }
        if (failure instanceof NoSuchFileException missing) {
            return missing.getFile() + ": no such file";
        }
        if (failure instanceof AccessDeniedException denied) {
            return denied.getFile() + ": permission denied";
        }
        if (failure instanceof FileAlreadyExistsException existing) {
            return existing.getFile() + ": expected a folder, found a file; choose another path";
        }
        if (failure instanceof FileSystemException problem && problem.getReason() != null) {
            return problem.getFile() + ": " + problem.getReason();
        }
        return failure.getMessage();
    }
}
