package io.forestage.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
        try (WorkFolder folder = WorkFolder.open(whole, Map.of(), false)) {
            Sink sink = new ParquetSink(folder, WIDTH, false, GROUP_BYTES);
            write(sink, 1, 4000);
            sink.finish(whole);
        }

        long next = 1;
        for (int stop : new int[] {1000, 2500}) {
            next = interrupted(output, next, stop);
        }
        assertThat(next).isBetween(1000L, 2500L);
        try (WorkFolder folder = WorkFolder.open(output, Map.of(), true)) {
            Sink sink = new ParquetSink(folder, WIDTH, false, GROUP_BYTES);
            write(sink, next, 4000);
            sink.finish(output);
        }

        assertThat(output).hasSameBinaryContentAs(whole);
        assertThat(Files.size(output)).isGreaterThan(5 * GROUP_BYTES);
    }

    /** Bytes of another file, a footer that was cut, and one without a group of the file. */
    @Test
    void aFooterThatDoesNotFitIsRefusedByName() throws IOException {
        Path output = temporary.resolve("out.parquet");
        interrupted(output, 1, 1000);
        Path footer = temporary.resolve("out.parquet.partial/footer");
        byte[] before = Files.readAllBytes(footer);
        interrupted(output, 1000, 2500);
        byte[] after = Files.readAllBytes(footer);
        assertThat(after.length).isGreaterThan(before.length);

        for (byte[] bytes :
                List.of(before, new byte[0], "other".getBytes(StandardCharsets.UTF_8))) {
            Files.write(footer, bytes);

            assertThatThrownBy(() -> interrupted(output, 2500, 2600))
                    .isInstanceOf(CorpusException.class)
                    .hasMessageStartingWith(footer + ": expected the footer of an interrupted run");
        }
        Files.delete(footer);
        assertThatThrownBy(() -> interrupted(output, 2500, 2600))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("begin anew");
    }

    /** Writes lines up to one, saves the state of the last whole group, and returns its next. */
    private static long interrupted(Path output, long begin, long end) throws IOException {
        try (WorkFolder folder = WorkFolder.open(output, Map.of(), true)) {
            Sink sink = new ParquetSink(folder, WIDTH, false, GROUP_BYTES);
            long next = begin;
            for (long line = begin; line <= end; line++) {
                sink.write(line, line(line));
                if (sink.endBatch()) {
                    next = line + 1;
                    sink.beforeSave();
                    folder.save(Position.START, CorpusState.Counts.NONE);
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
