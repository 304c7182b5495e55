package io.forestage.weights;

import java.nio.file.Path;
import java.util.Objects;

/**
 * A file whose bytes are in use where they lie, so that a change of them would show: by other
 * values, or by the end of the process where the file became shorter.
 *
 * <p>A file that another takes the place of, by rename, or that is deleted, is no changed file: on
 * Linux and macOS the mapping keeps the old one's bytes. Windows names no files by number, so that
 * another in its place counts as a change there; nor does it let a mapped file be replaced or cut.
 */
public final class MappedFile {

    private final Path path;
    private final FileBytes.Stamp stamp;

    MappedFile(Path path, FileBytes.Stamp stamp) {
        this.path = path;
        this.stamp = stamp;
    }

    /**
     * Checks that the file is as it was when it was opened, by its size and the time of its last
     * change. This reads no byte of it, and takes some microseconds.
     *
     * @throws ChangedFileException if it was written to since
     */
    public void requireUnchanged() {
        FileBytes.Stamp now;
        try {
            now = FileBytes.Stamp.of(path);
        } catch (WeightFileException gone) {
            return; // the path leads to no such file any more, while the mapping still does
        }
        if (now.equals(stamp) || isAnother(now)) {
            return;
        }
        throw new ChangedFileException(
                path,
                "the mapped file as it was opened, of %d bytes, modified %s"
                        .formatted(stamp.size(), stamp.modified()),
                "%d bytes, modified %s".formatted(now.size(), now.modified()));
    }

    private boolean isAnother(FileBytes.Stamp now) {
        return stamp.fileKey() != null
                && now.fileKey() != null
                && !Objects.equals(now.fileKey(), stamp.fileKey());
    }
}
