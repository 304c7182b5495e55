package io.forestage.cli.corpus;

import io.forestage.support.Quoted;
import io.forestage.tokens.OnTooLong;
import io.forestage.tokens.TooLongException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The option --long of commands that embed texts. */
public final class LongTexts {

    /** What to do about a text that is too long. */
    static final String REMEDY =
            "shorten it, or add --long truncate or --long windows:LENGTH:STRIDE";

    @Option(
            names = "--long",
            paramLabel = "reject|truncate|windows:LENGTH:STRIDE",
            converter = Converter.class,
            defaultValue = "reject",
            description =
                    "What becomes of a text with more tokens than the model has positions. reject"
                            + " (default): an error. truncate: its first tokens. windows: rows of"
                            + " LENGTH tokens, each starting STRIDE tokens after the one before.")
    private OnTooLong handling;

    /** Returns how a text that is too long is handled. */
    public OnTooLong handling() {
        return handling;
    }

    /** Returns the exception with the option that helps. */
    public static IllegalArgumentException named(String place, TooLongException failure) {
        return new IllegalArgumentException(
                "%s: expected at most %d tokens, found %d; %s"
                        .formatted(place, failure.maximum(), failure.tokens(), REMEDY),
                failure);
    }

    /** Reads what follows --long. */
    static final class Converter implements ITypeConverter<OnTooLong> {

        private static final Pattern WINDOWS = Pattern.compile("windows:(\\d{1,9}):(\\d{1,9})");

        @Override
        public OnTooLong convert(String value) {
            Matcher windows = WINDOWS.matcher(value);
            if (value.equals("reject")) {
                return OnTooLong.reject();
            }
            if (value.equals("truncate")) {
                return OnTooLong.truncate();
            }
            if (!windows.matches()) {
                throw new TypeConversionException(
                        "expected reject, truncate or windows:LENGTH:STRIDE, found %s"
                                .formatted(Quoted.of(value)));
            }
            int length = Integer.parseInt(windows.group(1));
            int stride = Integer.parseInt(windows.group(2));
            if (stride < 1 || stride > length) {
                throw new TypeConversionException(
                        "expected a STRIDE from 1 to LENGTH, found \"%s\"".formatted(value));
            }
            return OnTooLong.windows(length, stride);
        }
    }
}
