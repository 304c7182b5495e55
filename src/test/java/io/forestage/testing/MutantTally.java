package io.forestage.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Locale;

/**
 * Counts where mutants end: read, refused where the file begins, or refused by a check behind that.
 * A fuzz test whose mutants are all refused at once tests little, which this shows.
 */
public final class MutantTally {

    /** The end of a run is not told, so that it is said now and then. */
    private static final int EACH = 200;

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
     * Counts a refusal and holds its message to what messages promise.
     *
     * @param refusal what the reader threw
     * @param wordsAtOnce what messages have one of where a file is refused at its beginning
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
        if (all % EACH == 0) {
            System.err.printf(
                    Locale.ROOT,
                    "mutants: %s: %d, of which %.0f %% read, %.0f %% refused at once, %.0f %%"
                            + " later%n",
                    what,
                    all,
                    100.0 * read / all,
                    100.0 * atOnce / all,
                    100.0 * later / all);
        }
    }
}
