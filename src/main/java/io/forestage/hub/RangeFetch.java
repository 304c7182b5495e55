package io.forestage.hub;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Fetches the missing bytes of a span, again and again from where it was cut. A server that does
 * not know ranges sends the whole file instead, which is taken.
 */
final class RangeFetch {

    private final RemoteRepository repository;
    private final Staging staging;
    private final DownloadProgress progress;

    RangeFetch(RemoteRepository repository, Staging staging, DownloadProgress progress) {
        this.repository = repository;
        this.staging = staging;
        this.progress = progress;
    }

    /**
     * Fetches what is missing.
     *
     * @return false if the server has no such file
     */
    boolean fetch(StagedFile file, Span wanted) throws IOException, ChangedException {
        Attempts attempts =
                new Attempts(
                        repository.patience(), HubException.shown(repository.address(file.name())));
        while (true) {
            Optional<Span> gap = file.firstGap(wanted);
            if (gap.isEmpty()) {
                return true;
            }
            long before = file.doneBytes();
            try (HubAnswer answer = repository.get(file.name(), gap.get())) {
                if (answer.isAbsent()) {
                    answer.skip();
                    return requireNotBegun(file, answer);
                }
                receive(answer, gap.get(), file);
            } catch (CutException cut) {
                file.save();
                attempts.pauseAfter(cut, file.doneBytes() - before);
            }
        }
    }

    private void receive(HubAnswer answer, Span gap, StagedFile file)
            throws IOException, ChangedException, CutException {
        Part part = Part.of(answer, gap);
        staging.requireSpace(file.missing(part.span()), repository.address(file.name()));
        file.agree(part.file(), answer);
        if (part.isWhole()) {
            progress.needs(part.file().size(), file.doneBytes());
        }
        long position = part.span().start();
        for (ByteBuffer bytes = answer.next(); bytes != null; bytes = answer.next()) {
            int count = bytes.remaining();
            if (count > part.span().end() - position) {
                throw answer.changed(part.span().length() + " bytes", "more");
            }
            file.write(position, bytes);
            position += count;
            progress.at(file.doneBytes());
        }
        if (position < part.span().end()) {
            throw answer.cut(
                    "%d of %d bytes"
                            .formatted(position - part.span().start(), part.span().length()),
                    null);
        }
    }

    private static boolean requireNotBegun(StagedFile file, HubAnswer answer)
            throws ChangedException {
        if (file.isBegun()) {
            throw answer.changed("the file of which some is there", "that it is gone");
        }
        return false;
    }
}
