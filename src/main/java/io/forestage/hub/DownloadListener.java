package io.forestage.hub;

/**
 * Receives a download's progress, file by file, on the downloading thread. Bytes are those that are
 * fetched, without the parts that are left out.
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
     * @param file its name in the repository
     * @param totalBytes how many bytes of it are needed; negative if the server does not say
     * @param doneBytes how many of them are there already, from an earlier attempt
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
