package io.forestage.hub;

/**
 * Is told how a download goes, file by file, on the thread that downloads. Bytes are counted as
 * they are to lie on the disk, without what is left out.
 */
public interface DownloadListener {

    /** Listens to nothing. */
    DownloadListener NONE =
            new DownloadListener() {
                @Override
                public void started(String file, long totalBytes, long doneBytes) {}

                @Override
                public void advanced(long doneBytes) {}

                @Override
                public void finished() {}
            };

    /**
     * A file begins, or begins anew because it changed on the server.
     *
     * @param file its name in the repository
     * @param totalBytes how many bytes of it are needed; negative if the server does not say
     * @param doneBytes how many of them are there already, from an earlier try
     */
    void started(String file, long totalBytes, long doneBytes);

    /**
     * More of the file is there.
     *
     * @param doneBytes how many bytes there are now, what {@link #started} said included
     */
    void advanced(long doneBytes);

    /** The file is complete and checked. */
    void finished();
}
