package io.forestage.cli.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import io.forestage.corpus.CorpusProgress;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What a run shows, with and without a terminal. */
class CorpusWatchTest {

    private static final long SECOND = 1_000_000_000;

    private final StringWriter err = new StringWriter();
    private long now = 5 * SECOND;

    @Test
    void withoutATerminalThereIsALineEveryTenSeconds() {
        CorpusWatch watch = new CorpusWatch(new PrintWriter(err, true), null, () -> now);

        for (int second = 0; second <= 25; second++) {
            watch.advanced(new CorpusProgress(second, 0, 1000L + second * 50L, 1_000_000, -1));
            now += SECOND;
        }
        watch.finished(new CorpusProgress(26, 0, 2300, 2_000_000, -1), "out.npy");

        assertThat(err.toString().lines())
                .containsExactly(
                        "forestage: 10 lines, 1,500 tokens, 1.0 MB read, 50 tokens/s",
                        "forestage: 20 lines, 2,000 tokens, 1.0 MB read, 50 tokens/s",
                        "forestage: 26 lines, 2,300 tokens in 26.0 s, 50 tokens/s: out.npy");
    }

    @Test
    void onATerminalThereIsABarThatEndsItsLine() {
        ByteArrayOutputStream screen = new ByteArrayOutputStream();
        PrintStream terminal = new PrintStream(screen, true, StandardCharsets.UTF_8);
        CorpusWatch watch = new CorpusWatch(new PrintWriter(err, true), terminal, () -> now);

        watch.advanced(new CorpusProgress(0, 0, 0, 0, 4_000_000));
        now += SECOND;
        watch.advanced(new CorpusProgress(9, 0, 700, 2_000_000, 4_000_000));
        watch.close();

        assertThat(screen.toString(StandardCharsets.UTF_8))
                .contains("embed")
                .contains("50%")
                .endsWith("\n");
        assertThat(err.toString()).isEmpty();
    }
}
