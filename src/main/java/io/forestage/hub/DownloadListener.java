package io.forestage.hub;

/**
 * Receives a download's progress, file by file, on the downloading thread. Only the bytes that are
 * fetched count, not the parts of a file that are left out.
 */
public interface DownloadListener {

    /** Ignores all progress. */
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
     * A file starts, or restarts because it changed on the server.
     *
     * @param file the file's name in the repository
     * @param totalBytes how many bytes of it are needed; negative if unknown
     * @param doneBytes how many of them an earlier attempt has fetched
     */
    void started(String file, long totalBytes, long doneBytes);

    /**
     * More bytes of the file have arrived.
     *
     * @param doneBytes how many bytes there are now, including those given to {@link #started}
     */
    void advanced(long doneBytes);

    /** The file is complete and checked. */
    void finished();
}
