package io.forestage.corpus;

import io.forestage.weights.ElementType;
import io.forestage.weights.TensorSource;
import io.forestage.weights.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Safetensors: {@code embeddings} F32, (N, D) with a row a line or (T, D) with a row a token;
 * {@code ids} I64 (T), those of all lines end to end; {@code offsets} I64 (N + 1): the ids of line
 * i are {@code offsets[i]} … {@code offsets[i + 1] - 1}. They grow in a file each, and the output
 * is made of these at the end, since its header says how long they are.
 */
final class SafetensorsSink implements Sink {

    private static final String VECTORS = "embeddings";
    private static final String IDS = "ids";
    private static final String OFFSETS = "offsets";

    private final AppendFile vectors;
    private final AppendFile ids;
    private final AppendFile offsets;
    private final int width;
    private final float[] nothing;

    SafetensorsSink(WorkFolder folder, int width, boolean eachToken) throws IOException {
        this.width = width;
        nothing = eachToken ? new float[0] : EmbeddedLine.notANumber(width);
        vectors = folder.append(VECTORS);
        ids = folder.append(IDS);
        offsets = folder.append(OFFSETS);
        if (offsets.size() == 0) {
            offsets.putLong(0);
        }
    }

    @Override
    public void write(long number, EmbeddedLine line) throws IOException {
        vectors.putFloats(line.isSkipped() ? nothing : line.vectors());
        for (long id : line.ids()) {
            ids.putLong(id);
        }
        offsets.putLong(ids.size() / Long.BYTES);
    }

    @Override
    public void finish(Path output) throws IOException {
        for (AppendFile file : List.of(vectors, ids, offsets)) {
            file.force();
        }
        long rows = vectors.size() / Float.BYTES / width;
        SafetensorsWriter.write(
                output,
                Map.of(),
                List.of(
                        tensor(ids, ElementType.I64, List.of(ids.size() / Long.BYTES)),
                        tensor(offsets, ElementType.I64, List.of(offsets.size() / Long.BYTES)),
                        tensor(vectors, ElementType.F32, List.of(rows, (long) width))));
    }

    private static TensorSource tensor(AppendFile file, ElementType type, List<Long> shape) {
        return new TensorSource(
                file.path().getFileName().toString(),
                type,
                shape,
                target -> {
                    ByteBuffer chunk = ByteBuffer.allocateDirect(1 << 18);
                    try (FileChannel in = FileChannel.open(file.path())) {
                        while (in.read(chunk.clear()) > 0) {
                            target.write(chunk.flip());
                        }
                    }
                });
    }
}
