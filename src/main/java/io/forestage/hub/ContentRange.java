package io.forestage.hub;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which bytes a partial answer says it holds.
 *
 * @param total the whole file's size, or -1 if the server does not know it
 */
record ContentRange(Span span, long total) {

    private static final Pattern FORM =
            Pattern.compile("bytes +(\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)");

    static Optional<ContentRange> parse(String header) {
        Matcher matcher = FORM.matcher(header.strip());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long start = Long.parseLong(matcher.group(1));
        long end = Long.parseLong(matcher.group(2)) + 1;
        long total = matcher.group(3).equals("*") ? -1 : Long.parseLong(matcher.group(3));
        boolean sound = start < end && (total < 0 || end <= total);
        return sound
                ? Optional.of(new ContentRange(new Span(start, end), total))
                : Optional.empty();
    }
}
