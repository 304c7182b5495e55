package io.forestage.hub;

import io.forestage.support.Quoted;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;

/** Fetches files that fit the memory: whole, and held against their hash where they have one. */
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
     * @param most how many bytes it may have
     * @return the file, or empty if the server has none of that name
     */
    Optional<SmallFile> fetch(String name, int most) throws IOException {
        Attempts attempts =
                new Attempts(repository.patience(), HubException.shown(repository.address(name)));
        DownloadProgress progress = new DownloadProgress(listener, name);
        while (true) {
            try (HubAnswer answer = repository.get(name, null)) {
                if (answer.isAbsent()) {
                    answer.skip();
                    return Optional.empty();
                }
                SmallFile file = receive(answer, most, progress);
                requireSound(name, file, answer);
                progress.finish();
                return Optional.of(file);
            } catch (CutException cut) {
                progress.restart();
                attempts.pauseAfter(cut, 0);
            } catch (ChangedException changed) {
                throw changed.lasting();
            }
        }
    }

    private static SmallFile receive(HubAnswer answer, int most, DownloadProgress progress)
            throws IOException, CutException {
        OptionalLong length = answer.head().contentLength();
        long promised = answer.head().linkedSize().orElse(length.orElse(-1));
        if (length.orElse(promised) != promised) {
            throw answer.problem(promised + " bytes", length + " bytes", HubException.BY_HAND);
        }
        boolean isProven = answer.head().etag().map(Etag::provesContent).orElse(false);
        if (promised < 0 && !isProven) {
            throw answer.problem(
                    "a Content-Length, without which a cut file would look whole",
                    "none",
                    "check HF_ENDPOINT, " + HubException.OTHER_WAY);
        }
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        progress.needs(promised, 0);
        for (ByteBuffer bytes = answer.next(); bytes != null; bytes = answer.next()) {
            if (bytes.remaining() > most - content.size()) {
                throw answer.problem(
                        "at most %d bytes".formatted(most), "more", "check HF_ENDPOINT");
            }
            byte[] chunk = new byte[bytes.remaining()];
            bytes.get(chunk);
            content.writeBytes(chunk);
            progress.at(content.size());
        }
        if (promised >= 0 && content.size() != promised) {
            throw answer.cut("%d of %d bytes".formatted(content.size(), promised), null);
        }
        return new SmallFile(content.toByteArray(), answer.head());
    }

    private static void requireSound(String name, SmallFile file, HubAnswer answer)
            throws IOException {
        if (!file.fitsItsName()) {
            throw answer.problem(
                    "the content that its hash names",
                    "another",
                    "start the download again, " + HubException.OTHER_WAY);
        }
        String text = new String(file.content(), StandardCharsets.UTF_8).strip();
        if (name.endsWith(".json") && !(text.startsWith("{") && text.endsWith("}"))) {
            throw answer.problem(
                    "a JSON object",
                    Quoted.of(text),
                    "check HF_ENDPOINT, and whether the network wants a login first");
        }
    }
}
