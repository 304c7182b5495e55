package io.forestage.hub;

/** Tells a listener how one file goes. */
final class DownloadProgress {

    private final DownloadListener listener;
    private final String file;
    private long total = Long.MIN_VALUE;

    DownloadProgress(DownloadListener listener, String file) {
        this.listener = listener;
        this.file = file;
    }

    /** A try begins that needs so many bytes; the next one of as many goes on with it. */
    void needs(long totalBytes, long doneBytes) {
        if (total != totalBytes) {
            total = totalBytes;
            listener.started(file, totalBytes, doneBytes);
        }
    }

    /** Whatever was there is thrown away. */
    void restart() {
        total = Long.MIN_VALUE;
    }

    void at(long doneBytes) {
        if (total != Long.MIN_VALUE) {
            listener.advanced(doneBytes);
        }
    }

    void finish() {
        listener.finished();
    }
}
