package io.forestage.hub;

import java.util.ArrayList;
import java.util.List;

/** Records what a listener receives, but only the last advance of each file. */
final class RecordedProgress implements DownloadListener {

    private final List<String> events = new ArrayList<>();
    private long at = -1;

    List<String> events() {
        return events;
    }

    @Override
    public void started(String file, long totalBytes, long doneBytes) {
        events.add("%s: %d of %d".formatted(file, doneBytes, totalBytes));
        at = doneBytes;
    }

    @Override
    public void advanced(long doneBytes) {
        if (doneBytes < at) {
            events.add("back from %d to %d".formatted(at, doneBytes));
        }
        at = doneBytes;
    }

    @Override
    public void finished() {
        events.add("finished at " + at);
    }
}
