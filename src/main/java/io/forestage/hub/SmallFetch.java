package io.forestage.hub;

import io.forestage.support.Quoted;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;

/** Fetches files that fit in memory whole, and checks them against their hash if they have one. */
final class SmallFetch {

    private final RemoteRepository repository;
    private final DownloadListener listener;

    SmallFetch(RemoteRepository repository, DownloadListener listener) {
        this.repository = repository;
        this.listener = listener;
    }

    /**
     * Fetches a file.
     *
     * @param maxBytes the largest size accepted
     * @return the file, or empty if the server has no such file
     */
    Optional<SmallFile> fetch(String name, int maxBytes) throws IOException {
        RetryPolicy.Attempts attempts =
                new RetryPolicy.Attempts(
                        repository.retryPolicy(), HubException.shown(repository.address(name)));
        DownloadProgress progress = new DownloadProgress(listener, name);
        while (true) {
            try (HubResponse response = repository.get(name, null)) {
                if (response.isAbsent()) {
                    response.skip();
                    return Optional.empty();
                }
                SmallFile file = receive(response, maxBytes, progress);
                requireValid(name, file, response);
                progress.finish();
                return Optional.of(file);
            } catch (TransientException cut) {
                progress.restart();
                attempts.pauseAfter(cut, 0);
            } catch (FileChangedException changed) {
                throw changed.error();
            }
        }
    }

    private static SmallFile receive(HubResponse response, int maxBytes, DownloadProgress progress)
            throws IOException, TransientException {
        OptionalLong length = response.head().contentLength();
        long promised = response.head().linkedSize().orElse(length.orElse(-1));
        if (length.orElse(promised) != promised) {
            throw response.problem(
                    "%d bytes (X-Linked-Size)".formatted(promised),
                    "%d bytes (Content-Length)".formatted(length.getAsLong()),
                    HubException.BY_HAND);
        }
        boolean hasHash = response.head().etag().map(RemoteFile.Etag::isContentHash).orElse(false);
        if (promised < 0 && !hasHash) {
            throw response.problem(
                    "a Content-Length header (without it a truncated file would look complete)",
                    "none",
                    "check HF_ENDPOINT, " + HubException.OTHER_WAY);
        }
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        progress.needs(promised, 0);
        for (ByteBuffer bytes = response.next(); bytes != null; bytes = response.next()) {
            if (bytes.remaining() > maxBytes - content.size()) {
                throw response.problem(
                        "at most %d bytes".formatted(maxBytes), "more", "check HF_ENDPOINT");
            }
            byte[] chunk = new byte[bytes.remaining()];
            bytes.get(chunk);
            content.writeBytes(chunk);
            progress.at(content.size());
        }
        if (promised >= 0 && content.size() != promised) {
            throw response.cut("%d of %d bytes".formatted(content.size(), promised), null);
        }
        return new SmallFile(content.toByteArray(), response.head());
    }

    private static void requireValid(String name, SmallFile file, HubResponse response)
            throws IOException {
        if (!file.matchesHash()) {
            throw response.problem(
                    "content with the hash in the ETag",
                    "other content",
                    "start the download again, " + HubException.OTHER_WAY);
        }
        String text = new String(file.content(), StandardCharsets.UTF_8).strip();
        if (name.endsWith(".json") && !(text.startsWith("{") && text.endsWith("}"))) {
            throw response.problem(
                    "a JSON object",
                    Quoted.of(text),
                    "check HF_ENDPOINT, and whether the network requires a login first");
        }
    }

    /** A small file's content, and the headers it came with. */
    static final class SmallFile {

        private final byte[] content;
        private final ResponseHeaders head;

        SmallFile(byte[] content, ResponseHeaders head) {
            this.content = content;
            this.head = head;
        }

        byte[] content() {
            return content;
        }

        ResponseHeaders head() {
            return head;
        }

        RemoteFile remote() {
            return new RemoteFile(content.length, head.etag().orElse(null));
        }

        /** Returns whether the content has the hash in its ETag; true if the ETag is no hash. */
        boolean matchesHash() throws IOException {
            RemoteFile.Etag etag = remote().etag();
            return etag == null || etag.matches(new ByteArrayInputStream(content), content.length);
        }
    }
}
