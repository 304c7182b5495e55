package io.forestage.bench;

import com.knuddels.jtokkit.Encodings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.stream.LongStream;

/**
 * What processes in Python and C work on, so that all sides do the same work: ids and gradients
 * drawn here, texts, and GPT-2's vocabulary. Tables are those of {@link DeviceData}'s formula,
 * which needs no file.
 */
final class SharedData {

    private static final int SEED = 42;
    private static final String VOCABULARY = "r50k_base.tiktoken";

    private SharedData() {}

    /** Writes the files into a folder; what exists is replaced. */
    static void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        for (Tokens tokens : Tokens.values()) {
            longs(
                    folder.resolve(tokens.name().toLowerCase(Locale.ROOT) + ".i64"),
                    tokens.batches(Gpt2Folder.VOCABULARY).stream().flatMapToLong(LongStream::of));
        }
        try (FileChannel out = create(folder.resolve("upstream.f32"))) {
            Calls.writeFloats(out, upstream(Gpt2Folder.WIDTH));
        }
        List<BagStep.Batch> bags = BagStep.batches();
        longs(folder.resolve("bag-ids.i64"), bags.stream().flatMapToLong(BagStep.Batch::ids));
        longs(
                folder.resolve("bag-lengths.i64"),
                bags.stream().flatMapToLong(BagStep.Batch::lengths));
        longs(
                folder.resolve("bag-labels.i64"),
                bags.stream().flatMapToLong(batch -> LongStream.of(batch.labels())));
        for (TokenizeBenchmark.Texts texts : TokenizeBenchmark.Texts.values()) {
            // A text may have line breaks, so there is a zero after each.
            Files.writeString(
                    folder.resolve(texts.name().toLowerCase(Locale.ROOT) + ".texts"),
                    String.join("\0", texts.read()) + "\0");
        }
        try (InputStream ranks =
                Objects.requireNonNull(Encodings.class.getResourceAsStream(VOCABULARY))) {
            Files.write(folder.resolve(VOCABULARY), ranks.readAllBytes());
        }
    }

    /**
     * Returns the gradient of a batch's vectors, (8 · 1024, width). It is drawn, as many sums of
     * the formula's values would be zero but for rounding, and Adam would follow that.
     */
    static float[] upstream(long width) {
        Random random = new Random(SEED);
        float[] values = new float[Math.toIntExact(Tokens.BATCH.size() * width)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static void longs(Path file, LongStream values) throws IOException {
        try (FileChannel out = create(file)) {
            Calls.writeLongs(out, values.toArray());
        }
    }

    private static FileChannel create(Path file) throws IOException {
        return FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
    }
}
