package io.forestage.hub;

import java.util.ArrayList;
import java.util.List;

/** What a listener was told, with all but the last advance of a file left out. */
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
