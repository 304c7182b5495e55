package io.forestage.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Row groups. scripts/check-peers reads the files with pyarrow. */
class ParquetSinkTest {

    private static final int WIDTH = 4;
    private static final long GROUP_BYTES = 20_000;

    @TempDir Path temporary;

    @Test
    void aRunThatStopsBetweenGroupsEndsInTheSameBytes() throws IOException {
        Path whole = temporary.resolve("whole.parquet");
        Path output = temporary.resolve("out.parquet");
        try (WorkFolder folder = WorkFolder.open(whole, Map.of(), false);
                Sink sink = new ParquetSink(folder, WIDTH, false, GROUP_BYTES)) {
            write(sink, 1, 4000);
            sink.finish(whole);
        }

        long next = 1;
        for (int stop : new int[] {1000, 2500}) {
            next = interrupted(output, next, stop);
        }
        assertThat(next).isBetween(1000L, 2500L);
        try (WorkFolder folder = WorkFolder.open(output, Map.of(), true);
                Sink sink = new ParquetSink(folder, WIDTH, false, GROUP_BYTES)) {
            write(sink, next, 4000);
            sink.finish(output);
        }

        assertThat(output).hasSameBinaryContentAs(whole);
        assertThat(Files.size(output)).isGreaterThan(5 * GROUP_BYTES);
    }

    /** Writes lines up to one, saves the state of the last whole group, and returns its next. */
    private static long interrupted(Path output, long begin, long end) throws IOException {
        try (WorkFolder folder = WorkFolder.open(output, Map.of(), true);
                Sink sink = new ParquetSink(folder, WIDTH, false, GROUP_BYTES)) {
            long next = begin;
            for (long line = begin; line <= end; line++) {
                sink.write(line, line(line));
                if (sink.endBatch()) {
                    next = line + 1;
                    folder.save(
                            new CorpusState(
                                    Map.of(),
                                    Position.START,
                                    CorpusState.Counts.NONE,
                                    new HashMap<>(sink.force())));
                }
            }
            return next;
        }
    }

    private static void write(Sink sink, long begin, long end) throws IOException {
        for (long line = begin; line <= end; line++) {
            sink.write(line, line(line));
            sink.endBatch();
        }
    }

    private static EmbeddedLine line(long number) {
        return new EmbeddedLine(
                "in", new long[] {number, number + 1}, new float[] {number, 0, 1, 2}, null);
    }
}
