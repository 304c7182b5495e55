package io.forestage.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Locale;

/**
 * Counts what becomes of mutants: read, rejected at the beginning of the file, or rejected by a
 * later check. A fuzz test whose mutants are all rejected at the beginning tests little.
 */
public final class MutantTally {

    /** Mutants between two reports: Jazzer does not call back at the end of a run. */
    private static final int REPORT_EVERY = 200;

    private final String what;
    private long read;
    private long atOnce;
    private long later;

    public MutantTally(String what) {
        this.what = what;
    }

    public void read() {
        read++;
        print();
    }

    /**
     * Counts a rejected mutant and checks the message.
     *
     * @param refusal what the reader threw
     * @param wordsAtOnce texts; a message with one of them rejects a file at its beginning
     */
    public void refused(Throwable refusal, String... wordsAtOnce) {
        String message = String.valueOf(refusal.getMessage());
        assertThat(message).contains("expected ");
        HostileText.assertHarmless(message);
        if (Arrays.stream(wordsAtOnce).anyMatch(message::contains)) {
            atOnce++;
        } else {
            later++;
        }
        print();
    }

    private void print() {
        long all = read + atOnce + later;
        if (all % REPORT_EVERY == 0) {
            System.err.printf(
                    Locale.ROOT,
                    "mutants: %s: %d: %.0f %% read, %.0f %% rejected at once, %.0f %% rejected"
                            + " later%n",
                    what,
                    all,
                    100.0 * read / all,
                    100.0 * atOnce / all,
                    100.0 * later / all);
        }
    }
}
