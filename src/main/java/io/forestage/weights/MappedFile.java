package io.forestage.weights;

import java.nio.file.Path;
import java.util.Objects;

/**
 * A file whose bytes are mapped, so that a change of the file changes the values, or crashes the
 * process if the file becomes shorter.
 *
 * <p>A file that is deleted or replaced by rename does not count as changed: on Linux and macOS the
 * mapping keeps the old file's bytes. Java has no file key on Windows, so that a replaced file
 * counts as changed there; but Windows does not allow a mapped file to be replaced or truncated.
 */
public final class MappedFile {

    private final Path path;
    private final FileBytes.Stamp stamp;

    MappedFile(Path path, FileBytes.Stamp stamp) {
        this.path = path;
        this.stamp = stamp;
    }

    /**
     * Requires that the file's size and modification time are those from when it was opened. This
     * takes a few microseconds and reads none of the file's bytes.
     *
     * @throws ChangedFileException if the file was modified since
     */
    public void requireUnchanged() {
        FileBytes.Stamp now;
        try {
            now = FileBytes.Stamp.of(path);
        } catch (WeightFileException gone) {
            return; // The path no longer leads to the file, but the mapping still does.
        }
        if (now.equals(stamp) || isOtherFile(now)) {
            return;
        }
        throw new ChangedFileException(
                path,
                "the mapped file as it was opened, of %d bytes, modified %s"
                        .formatted(stamp.size(), stamp.modified()),
                "%d bytes, modified %s".formatted(now.size(), now.modified()));
    }

    private boolean isOtherFile(FileBytes.Stamp now) {
        return stamp.fileKey() != null
                && now.fileKey() != null
                && !Objects.equals(now.fileKey(), stamp.fileKey());
    }
}
