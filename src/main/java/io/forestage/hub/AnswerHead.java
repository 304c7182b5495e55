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
import java.util.regex.Pattern;

/**
 * What the headers say: those of the last answer, and of the redirects before it, where the hub
 * tells what the file is before it sends one on.
 */
record AnswerHead(int status, List<HttpHeaders> hops) {

    private static final Pattern DIGITS = Pattern.compile("\\d{1,18}");
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");

    AnswerHead {
        hops = List.copyOf(hops);
    }

    Optional<String> commit() {
        return anywhere("X-Repo-Commit").filter(text -> COMMIT.matcher(text).matches());
    }

    Optional<Etag> etag() {
        Optional<Etag> linked = anywhere("X-Linked-ETag").map(Etag::linked);
        // Only a server of the hub's layout means git's own hash by 40 digits.
        return linked.or(() -> last("ETag").map(commit().isPresent() ? Etag::own : Etag::opaque));
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

    /** The hub's word for what it misses or forbids, such as {@code RevisionNotFound}. */
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
        return last("Retry-After").flatMap(AnswerHead::pause);
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
}
