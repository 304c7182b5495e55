package io.forestage.soak;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the workers' actions and their outcomes, and prints the first few problems. */
final class SoakCounts {

    private static final int MAX_PRINTED = 3;

    private final Map<SoakAction, AtomicLong> done = new ConcurrentHashMap<>();
    private final AtomicLong refusals = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final AtomicLong wrong = new AtomicLong();

    void done(SoakAction action) {
        done.computeIfAbsent(action, each -> new AtomicLong()).incrementAndGet();
    }

    /** Counts an expected error: that of an interrupt or of a closed model. */
    void refused() {
        refusals.incrementAndGet();
    }

    void failed(SoakAction action, Throwable error) {
        if (failures.incrementAndGet() <= MAX_PRINTED) {
            StringWriter text = new StringWriter();
            error.printStackTrace(new PrintWriter(text, true));
            System.err.printf("soak: error in action %s: %s%n", action, text);
        }
    }

    void wrong(SoakAction action, String text) {
        if (wrong.incrementAndGet() <= MAX_PRINTED) {
            System.err.printf("soak: wrong vectors in action %s for \"%s\"%n", action, text);
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

    /** Returns the number of times of each action and of expected errors. */
    String summary() {
        StringBuilder line = new StringBuilder();
        for (SoakAction action : SoakAction.values()) {
            AtomicLong count = done.get(action);
            line.append(count == null ? 0 : count.get()).append(' ').append(action).append(", ");
        }
        return line.append(refusals.get()).append(" expected errors").toString();
    }
}
