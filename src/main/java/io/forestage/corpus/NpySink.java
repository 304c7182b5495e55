package io.forestage.corpus;

import io.forestage.weights.ElementType;
import io.forestage.weights.numpy.NpyWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** NumPy's .npy: a row a line, (N, D) float32; NaN for a line that was skipped. */
final class NpySink implements Sink {

    private static final String FILE = "vectors";

    private final WorkFolder folder;
    private final AppendFile file;
    private final int width;
    private final float[] nothing;
    private final int headerBytes;

    NpySink(WorkFolder folder, int width) throws IOException {
        this.folder = folder;
        this.width = width;
        nothing = EmbeddedLine.notANumber(width);
        file = folder.append(FILE);
        ByteBuffer header = header(0);
        headerBytes = header.remaining();
        if (file.size() == 0) {
            byte[] bytes = new byte[headerBytes];
            header.get(bytes);
            file.put(bytes);
        }
    }

    @Override
    public void write(long number, EmbeddedLine line) throws IOException {
        file.putFloats(line.isSkipped() ? nothing : line.vectors());
    }

    @Override
    public void finish(Path output) throws IOException {
        long bytes = file.size() - headerBytes;
        file.overwrite(header(bytes / ((long) width * Float.BYTES)));
        file.force();
        folder.move(FILE, output);
    }

    private ByteBuffer header(long rows) {
        return NpyWriter.header(ElementType.F32, List.of(rows, (long) width));
    }
}
