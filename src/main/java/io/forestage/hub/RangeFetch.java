package io.forestage.hub;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Fetches the missing bytes of a range, and resumes where a response was cut off. A server that
 * does not support range requests sends the whole file, which is accepted.
 */
final class RangeFetch {

    private final RemoteRepository repository;
    private final DownloadFolder staging;
    private final DownloadProgress progress;

    RangeFetch(RemoteRepository repository, DownloadFolder staging, DownloadProgress progress) {
        this.repository = repository;
        this.staging = staging;
        this.progress = progress;
    }

    /**
     * Fetches what is missing.
     *
     * @return false if the server has no such file
     */
    boolean fetch(PartialFile file, ByteRange wanted) throws IOException, FileChangedException {
        RetryPolicy.Attempts attempts =
                new RetryPolicy.Attempts(
                        repository.retryPolicy(),
                        HubException.shown(repository.address(file.name())));
        while (true) {
            Optional<ByteRange> gap = file.firstGap(wanted);
            if (gap.isEmpty()) {
                return true;
            }
            long before = file.doneBytes();
            try (HubResponse response = repository.get(file.name(), gap.get())) {
                if (response.isAbsent()) {
                    response.skip();
                    return requireNotBegun(file, response);
                }
                receive(response, gap.get(), file);
            } catch (TransientException cut) {
                file.save();
                attempts.pauseAfter(cut, file.doneBytes() - before);
            }
        }
    }

    private void receive(HubResponse response, ByteRange gap, PartialFile file)
            throws IOException, FileChangedException, TransientException {
        Part part = Part.of(response, gap);
        staging.requireSpace(file.missing(part.range()), repository.address(file.name()));
        file.requireSame(part.file(), response);
        if (part.isWhole()) {
            progress.needs(part.file().size(), file.doneBytes());
        }
        long position = part.range().start();
        for (ByteBuffer bytes = response.next(); bytes != null; bytes = response.next()) {
            int count = bytes.remaining();
            if (count > part.range().end() - position) {
                throw response.changed("%d bytes".formatted(part.range().length()), "more");
            }
            file.write(position, bytes);
            position += count;
            progress.at(file.doneBytes());
        }
        if (position < part.range().end()) {
            throw response.cut(
                    "%d of %d bytes"
                            .formatted(position - part.range().start(), part.range().length()),
                    null);
        }
    }

    private static boolean requireNotBegun(PartialFile file, HubResponse response)
            throws FileChangedException {
        if (file.isBegun()) {
            throw response.changed("the file that was partly fetched", "status 404");
        }
        return false;
    }

    /**
     * The part of a file that a response announces.
     *
     * @param file the file as the server describes it
     * @param range the part of it
     */
    private record Part(RemoteFile file, ByteRange range) {

        /** Checks a response's headers against the request and against each other. */
        static Part of(HubResponse response, ByteRange requested)
                throws HubException, FileChangedException {
            ResponseHeaders head = response.head();
            Part part = head.status() == 206 ? ranged(response, requested) : whole(response);
            long size = part.file().size();
            long linked = head.linkedSize().orElse(size);
            if (linked != size) {
                throw response.changed(
                        "a file of %d bytes".formatted(linked), "%d bytes".formatted(size));
            }
            long length = head.contentLength().orElse(part.range().length());
            if (length != part.range().length()) {
                throw response.changed(
                        "%d bytes, as in Content-Range".formatted(part.range().length()),
                        "a Content-Length of %d".formatted(length));
            }
            return part;
        }

        boolean isWhole() {
            return range.length() == file.size();
        }

        private static Part ranged(HubResponse response, ByteRange requested)
                throws FileChangedException {
            ResponseHeaders.ContentRange contentRange =
                    response.head()
                            .contentRange()
                            .orElseThrow(
                                    () ->
                                            response.changed(
                                                    requested.toHeader(),
                                                    "no valid Content-Range"));
            long total =
                    contentRange.total() < 0
                            ? response.head().linkedSize().orElse(-1)
                            : contentRange.total();
            ByteRange range = contentRange.range();
            if (range.start() != requested.start()
                    || range.end() > requested.end()
                    || range.end() > total) {
                throw response.changed(
                        requested.toHeader(),
                        "%s of %s"
                                .formatted(
                                        range.toHeader(),
                                        total < 0
                                                ? "an unknown size"
                                                : "%d bytes".formatted(total)));
            }
            return new Part(new RemoteFile(total, response.head().etag().orElse(null)), range);
        }

        private static Part whole(HubResponse response) throws HubException {
            if (response.head().contentLength().isEmpty()) {
                throw response.problem(
                        "a Content-Length header (without it a truncated file would look complete)",
                        "none",
                        "check HF_ENDPOINT, " + HubException.OTHER_WAY);
            }
            long size = response.head().contentLength().getAsLong();
            return new Part(
                    new RemoteFile(size, response.head().etag().orElse(null)),
                    new ByteRange(0, size));
        }
    }
}
