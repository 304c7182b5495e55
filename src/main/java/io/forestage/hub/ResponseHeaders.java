package io.forestage.hub;

import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The headers of the last response and of the redirects before it. The hub describes the file in
 * any of them.
 */
record ResponseHeaders(int status, List<HttpHeaders> hops) {

    private static final Pattern DIGITS = Pattern.compile("\\d{1,18}");
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");

    ResponseHeaders {
        hops = List.copyOf(hops);
    }

    Optional<String> commit() {
        return anywhere("X-Repo-Commit").filter(text -> COMMIT.matcher(text).matches());
    }

    Optional<RemoteFile.Etag> etag() {
        Optional<RemoteFile.Etag> linked = anywhere("X-Linked-ETag").map(RemoteFile.Etag::linked);
        // 40 digits are git's hash only if the server also names a commit.
        return linked.or(
                () ->
                        last("ETag")
                                .map(
                                        commit().isPresent()
                                                ? RemoteFile.Etag::own
                                                : RemoteFile.Etag::opaque));
    }

    OptionalLong linkedSize() {
        return number(anywhere("X-Linked-Size"));
    }

    OptionalLong contentLength() {
        return number(last("Content-Length"));
    }

    Optional<ContentRange> contentRange() {
        return last("Content-Range").flatMap(ContentRange::parse);
    }

    Optional<String> location() {
        return last("Location");
    }

    /** Returns the hub's error code, such as {@code RevisionNotFound}, or an empty text. */
    String errorCode() {
        return anywhere("X-Error-Code").orElse("");
    }

    boolean isWebPage() {
        return last("Content-Type").orElse("").toLowerCase(Locale.ROOT).startsWith("text/html");
    }

    boolean isEncoded() {
        return !last("Content-Encoding").orElse("identity").equalsIgnoreCase("identity");
    }

    Optional<Duration> retryAfter() {
        return last("Retry-After").flatMap(ResponseHeaders::pause);
    }

    private static Optional<Duration> pause(String header) {
        OptionalLong seconds = number(Optional.of(header));
        if (seconds.isPresent()) {
            return Optional.of(Duration.ofSeconds(seconds.getAsLong()));
        }
        try {
            ZonedDateTime until =
                    ZonedDateTime.parse(header.strip(), DateTimeFormatter.RFC_1123_DATE_TIME);
            Duration pause = Duration.between(ZonedDateTime.now(until.getZone()), until);
            return Optional.of(pause.isNegative() ? Duration.ZERO : pause);
        } catch (DateTimeException unreadable) {
            return Optional.empty();
        }
    }

    private static OptionalLong number(Optional<String> header) {
        return header.map(String::strip)
                .filter(text -> DIGITS.matcher(text).matches())
                .map(text -> OptionalLong.of(Long.parseLong(text)))
                .orElse(OptionalLong.empty());
    }

    private Optional<String> last(String name) {
        return hops.get(hops.size() - 1).firstValue(name);
    }

    private Optional<String> anywhere(String name) {
        return hops.stream().flatMap(hop -> hop.firstValue(name).stream()).findFirst();
    }

    /**
     * The bytes in a partial response, according to its Content-Range header.
     *
     * @param total the whole file's size, or -1 if unknown
     */
    record ContentRange(ByteRange range, long total) {

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
            boolean isValid = start < end && (total < 0 || end <= total);
            return isValid
                    ? Optional.of(new ContentRange(new ByteRange(start, end), total))
                    : Optional.empty();
        }
    }
}
