package io.forestage.training;

import io.forestage.weights.AtomicFile;
import io.forestage.weights.OwnFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The curve of a training under way, a line a step, for those who watch it. Lines reach the file
 * about once a second and with each checkpoint. It passes on what it receives.
 */
final class CurveFile implements TrainingListener, AutoCloseable {

    private static final long NANOSECONDS_BETWEEN_WRITES = 1_000_000_000;

    private final Writer out;
    private final TrainingListener next;
    private long written = System.nanoTime();

    private CurveFile(Writer out, TrainingListener next) {
        this.out = out;
        this.next = next;
    }

    /** Replaces a file by the steps so far; those to come are added. */
    static CurveFile begin(Path file, TrainingCurve soFar, TrainingListener next)
            throws IOException {
        OwnFiles.requireFileOrNone(file);
        byte[] lines = soFar.toCsv().getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(file, channel -> channel.write(ByteBuffer.wrap(lines)));
        FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.APPEND,
                        LinkOption.NOFOLLOW_LINKS);
        return new CurveFile(Channels.newWriter(channel, StandardCharsets.UTF_8), next);
    }

    @Override
    public void onStep(TrainingProgress progress) {
        try {
            out.write(TrainingCurve.csvLine(progress));
            if (System.nanoTime() - written > NANOSECONDS_BETWEEN_WRITES) {
                out.flush();
                written = System.nanoTime();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        next.onStep(progress);
    }

    @Override
    public void onCheckpoint(Path file, long step) {
        try {
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        next.onCheckpoint(file, step);
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
