package io.forestage.hub;

import io.forestage.support.Quoted;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;

/** Fetches files that fit in memory: whole, and checked against their hash if they have one. */
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
     * @param maxBytes how many bytes it may have
     * @return the file, or empty if the server has none of that name
     */
    Optional<SmallFile> fetch(String name, int maxBytes) throws IOException {
        RetryPolicy.Attempts attempts =
                new RetryPolicy.Attempts(
                        repository.patience(), HubException.shown(repository.address(name)));
        DownloadProgress progress = new DownloadProgress(listener, name);
        while (true) {
            try (HubResponse response = repository.get(name, null)) {
                if (response.isAbsent()) {
                    response.skip();
                    return Optional.empty();
                }
                SmallFile file = receive(response, maxBytes, progress);
                requireSound(name, file, response);
                progress.finish();
                return Optional.of(file);
            } catch (TransientException cut) {
                progress.restart();
                attempts.pauseAfter(cut, 0);
            } catch (FileChangedException changed) {
                throw changed.lasting();
            }
        }
    }

    private static SmallFile receive(HubResponse response, int maxBytes, DownloadProgress progress)
            throws IOException, TransientException {
        OptionalLong length = response.head().contentLength();
        long promised = response.head().linkedSize().orElse(length.orElse(-1));
        if (length.orElse(promised) != promised) {
            throw response.problem(promised + " bytes", length + " bytes", HubException.BY_HAND);
        }
        boolean isProven = response.head().etag().map(RemoteFile.Etag::provesContent).orElse(false);
        if (promised < 0 && !isProven) {
            throw response.problem(
                    "a Content-Length, without which a cut file would look whole",
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

    private static void requireSound(String name, SmallFile file, HubResponse response)
            throws IOException {
        if (!file.fitsItsName()) {
            throw response.problem(
                    "the content that its hash names",
                    "another",
                    "start the download again, " + HubException.OTHER_WAY);
        }
        String text = new String(file.content(), StandardCharsets.UTF_8).strip();
        if (name.endsWith(".json") && !(text.startsWith("{") && text.endsWith("}"))) {
            throw response.problem(
                    "a JSON object",
                    Quoted.of(text),
                    "check HF_ENDPOINT, and whether the network wants a login first");
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

        /** Whether the content has the hash that its ETag names; true if it names none. */
        boolean fitsItsName() throws IOException {
            RemoteFile.Etag etag = remote().etag();
            return etag == null || etag.fits(new ByteArrayInputStream(content), content.length);
        }
    }
}
