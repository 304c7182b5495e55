package io.forestage.hub;

import io.forestage.hub.ScriptedServer.Reply;
import io.forestage.hub.ScriptedServer.Request;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A file on the fake hub, and the ways a server may send it. */
final class Stored {

    private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)");

    private final byte[] content;

    Stored(byte[] content) {
        this.content = content;
    }

    /** A server's response to one request for the file. */
    @FunctionalInterface
    interface Step {
        void respond(Stored file, Request request, Reply reply)
                throws IOException, InterruptedException;
    }

    /** Repeats a step more often than any download sends requests. */
    static Step[] always(Step step) {
        return Collections.nCopies(50, step).toArray(Step[]::new);
    }

    byte[] content() {
        return content;
    }

    int size() {
        return content.length;
    }

    String sha256() {
        return hash("SHA-256", new byte[0]);
    }

    String gitSha1() {
        return hash("SHA-1", ("blob " + size() + "\0").getBytes(StandardCharsets.US_ASCII));
    }

    int start(Request request) {
        Matcher range = RANGE.matcher(request.header("range"));
        return range.matches() ? Integer.parseInt(range.group(1)) : 0;
    }

    int end(Request request) {
        Matcher range = RANGE.matcher(request.header("range"));
        return range.matches() && !range.group(2).isEmpty()
                ? Math.min(Integer.parseInt(range.group(2)) + 1, size())
                : size();
    }

    byte[] requested(Request request) {
        return Arrays.copyOfRange(content, start(request), end(request));
    }

    /** Sends like a correct server: the requested part, or all. */
    static void serve(Stored file, Request request, Reply reply) throws IOException {
        partialHead(file, request, reply).body(file.requested(request));
    }

    /** Sends like a server without range requests. */
    static void serveWhole(Stored file, Request request, Reply reply) throws IOException {
        reply.head(200, "Content-Length: " + file.size(), "ETag: \"some\"").body(file.content);
    }

    /** Sends only the first bytes of what the headers promise. */
    static Step cutAfter(int bytes) {
        return (file, request, reply) ->
                partialHead(file, request, reply)
                        .body(Arrays.copyOf(file.requested(request), bytes));
    }

    static Step wholeCutAfter(int bytes) {
        return (file, request, reply) ->
                reply.head(200, "Content-Length: " + file.size(), "ETag: \"some\"")
                        .body(Arrays.copyOf(file.content, bytes));
    }

    static Step stallAfter(int bytes) {
        return (file, request, reply) -> {
            cutAfter(bytes).respond(file, request, reply);
            reply.stall();
        };
    }

    static Step status(int status, String... headers) {
        return (file, request, reply) -> {
            String[] all = Arrays.copyOf(headers, headers.length + 1);
            all[headers.length] = "Content-Length: 0";
            reply.head(status, all);
        };
    }

    static Step redirect(String location) {
        return status(302, "Location: " + location);
    }

    /** Sends the requested part, with other headers. */
    static Step partialAs(String... headers) {
        return (file, request, reply) -> reply.head(206, headers).body(file.requested(request));
    }

    static Step page(String page, String... headers) {
        return (file, request, reply) -> {
            String[] all = Arrays.copyOf(headers, headers.length + 1);
            all[headers.length] = "Content-Length: " + page.length();
            reply.head(200, all).raw(page);
        };
    }

    static Reply partialHead(Stored file, Request request, Reply reply) throws IOException {
        int start = file.start(request);
        int end = file.end(request);
        String length = "Content-Length: " + (end - start);
        return request.header("range").isEmpty()
                ? reply.head(200, length, "ETag: \"some\"")
                : reply.head(
                        206,
                        length,
                        "ETag: \"some\"",
                        "Content-Range: bytes %d-%d/%d".formatted(start, end - 1, file.size()));
    }

    private String hash(String algorithm, byte[] prefix) {
        try {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            digest.update(prefix);
            return HexFormat.of().formatHex(digest.digest(content));
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
