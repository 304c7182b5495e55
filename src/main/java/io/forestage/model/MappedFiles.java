package io.forestage.model;

import io.forestage.weights.MappedFile;
import java.util.Collection;
import java.util.List;

/** The files whose own bytes a loaded block uses: none where its tables were copied. */
public final class MappedFiles {

    private final List<MappedFile> files;

    MappedFiles(Collection<MappedFile> files) {
        this.files = List.copyOf(files);
    }

    /** No files, of tables that are drawn or copied. */
    static MappedFiles none() {
        return new MappedFiles(List.of());
    }

    /**
     * Makes sure that no file was overwritten, cut or touched in place since it was loaded; to be
     * called before the tables are read. It takes some microseconds a file. One that was replaced
     * by rename or deleted is no changed file: the tables keep its bytes.
     *
     * @throws io.forestage.weights.ChangedFileException if one was changed; the message says which
     */
    public void requireUnchanged() {
        for (MappedFile file : files) {
            file.requireUnchanged();
        }
    }
}
