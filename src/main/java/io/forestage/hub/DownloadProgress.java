package io.forestage.hub;

/** Reports one file's progress to a listener. */
final class DownloadProgress {

    private final DownloadListener listener;
    private final String file;
    private long total = Long.MIN_VALUE;

    DownloadProgress(DownloadListener listener, String file) {
        this.listener = listener;
        this.file = file;
    }

    /** Starts an attempt; one for the same number of bytes continues the earlier one. */
    void needs(long totalBytes, long doneBytes) {
        if (total != totalBytes) {
            total = totalBytes;
            listener.started(file, totalBytes, doneBytes);
        }
    }

    /** Starts over: everything fetched so far is discarded. */
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
