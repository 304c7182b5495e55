package io.forestage.model;

import io.forestage.weights.MappedFile;
import java.util.Collection;
import java.util.List;

/** The mapped files of a loaded block; none if its tables were copied. */
public final class MappedFiles {

    private final List<MappedFile> files;

    MappedFiles(Collection<MappedFile> files) {
        this.files = List.copyOf(files);
    }

    /** No files, for tables that were drawn or copied. */
    static MappedFiles none() {
        return new MappedFiles(List.of());
    }

    /**
     * Checks that no file was overwritten, truncated or touched in place since loading; call it
     * before the tables are read. It takes some microseconds per file. A file that was replaced by
     * rename or deleted passes: the tables keep its bytes.
     *
     * @throws io.forestage.weights.ChangedFileException if a file was changed; the message names it
     */
    public void requireUnchanged() {
        for (MappedFile file : files) {
            file.requireUnchanged();
        }
    }
}
