package io.forestage.soak;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** What the workers did and met, and the first few of what should not have been. */
final class SoakCounts {

    private static final int SHOWN = 3;

    private final Map<SoakAction, AtomicLong> done = new ConcurrentHashMap<>();
    private final AtomicLong refusals = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final AtomicLong wrong = new AtomicLong();

    void done(SoakAction action) {
        done.computeIfAbsent(action, each -> new AtomicLong()).incrementAndGet();
    }

    /** An error in words that has to come: of an interrupt, of a model that is closed. */
    void refused() {
        refusals.incrementAndGet();
    }

    void failed(SoakAction action, Throwable error) {
        if (failures.incrementAndGet() <= SHOWN) {
            StringWriter text = new StringWriter();
            error.printStackTrace(new PrintWriter(text, true));
            System.err.println("soak: error at " + action + ": " + text);
        }
    }

    void wrong(SoakAction action, String text) {
        if (wrong.incrementAndGet() <= SHOWN) {
            System.err.println("soak: other vectors at " + action + " for \"" + text + "\"");
        }
    }

    long actions() {
        return done.values().stream().mapToLong(AtomicLong::get).sum();
    }

    long failures() {
        return failures.get();
    }

    long wrong() {
        return wrong.get();
    }

    /** How often each action was done. */
    String summary() {
        StringBuilder line = new StringBuilder();
        for (SoakAction action : SoakAction.values()) {
            AtomicLong count = done.get(action);
            line.append(count == null ? 0 : count.get()).append(' ').append(action).append(", ");
        }
        return line.append(refusals.get()).append(" refusals in words").toString();
    }
}
