package io.forestage.hub;

import io.forestage.support.FailureReason;
import io.forestage.support.Quoted;
import io.forestage.weights.WeightFileException;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A download that failed. The message is one line: what was requested, what was expected, what was
 * found, what to do. It never contains a token, a password or the query of an address.
 */
public final class HubException extends IOException {

    private static final long serialVersionUID = 1L;

    /** What to do when the hub cannot be used. */
    static final String BY_HAND =
            "fetch the model's files by other means and import them: forestage import PATH --model"
                    + " DIR";

    /** The same, to follow another remedy. */
    static final String OTHER_WAY = "or " + BY_HAND;

    private HubException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    static HubException of(URI requested, String expected, String found, String remedy) {
        return of(requested, expected, found, remedy, null);
    }

    static HubException of(
            URI requested,
            String expected,
            String found,
            String remedy,
            @Nullable Throwable cause) {
        return of(shown(requested), expected, found, remedy, cause);
    }

    static HubException of(
            String where, String expected, String found, String remedy, @Nullable Throwable cause) {
        return new HubException(line(where, expected, found, remedy), cause);
    }

    /** A problem with one of the download's own files. */
    static HubException of(WeightFileException problem) {
        return new HubException(String.valueOf(problem.getMessage()), problem);
    }

    static HubException interrupted(String where, Throwable cause) {
        return of(
                where,
                "an uninterrupted download",
                "the thread interrupted",
                "start the download again; it resumes where it stopped",
                cause);
    }

    /** A file of the download that cannot be written. */
    static HubException unwritable(Path path, IOException failure) {
        if (failure instanceof ClosedByInterruptException) {
            return interrupted(path.toString(), failure);
        }
        return of(
                path.toString(),
                "a writable file",
                FailureReason.of(failure),
                "check the disk, its space and its permissions, and start the download again",
                failure);
    }

    /** Returns an address without its secrets: a signed link's query, a user's password. */
    static String shown(URI address) {
        String port = address.getPort() < 0 ? "" : ":" + address.getPort();
        return "%s://%s%s%s"
                .formatted(address.getScheme(), address.getHost(), port, address.getRawPath());
    }

    static String line(String where, String expected, String found, String remedy) {
        String end = remedy.isEmpty() ? "" : "; " + remedy;
        return Quoted.line("%s: expected %s, found %s%s".formatted(where, expected, found, end));
    }
}
