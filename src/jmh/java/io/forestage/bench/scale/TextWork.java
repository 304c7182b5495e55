package io.forestage.bench.scale;

import ai.djl.inference.Predictor;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import com.knuddels.jtokkit.api.IntArrayList;
import io.forestage.Embeddings;
import io.forestage.InputStage;
import io.forestage.Pooling;
import io.forestage.VectorOptions;
import io.forestage.bench.PredictorLoad;
import io.forestage.bench.TokenizeBenchmark;
import io.forestage.corpus.CorpusOptions;
import io.forestage.corpus.CorpusRun;
import io.forestage.corpus.CorpusSource;
import io.forestage.tokens.OnTooLong;
import io.forestage.tokens.SpecialTokens;
import io.forestage.tokens.TextTokenizer;
import io.forestage.tokens.TokenSequence;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ForkJoinPool;

/**
 * Work on texts of any length. They repeat a megabyte of this project's own files, in ASCII, so
 * that the tokens of each are known from those of a part.
 */
final class TextWork {

    private static final int PART = 1_000_000;
    private static final int LINE = 1000;
    private static final Path NANO = Path.of("models", "nano");

    private TextWork() {}

    static Work text(Task task) throws IOException {
        return new OneText(task);
    }

    static Work lines(Task task) throws IOException {
        return new Lines(task);
    }

    static Work predictors(Task task) throws IOException {
        return new Predictors(task.threads());
    }

    /** Ends with a line's end, and another text may follow without a change of its tokens. */
    private static String part() throws IOException {
        String ascii = TokenizeBenchmark.project().replaceAll("[^\\n -~]", "?");
        int end = ascii.lastIndexOf('\n', PART - 1) + 1;
        while (ascii.charAt(end - 2) == '\n' || ascii.charAt(end - 2) == ' ') {
            end = ascii.lastIndexOf('\n', end - 2) + 1;
        }
        return ascii.substring(0, end);
    }

    private static String repeated(String part, long length) {
        StringBuilder text = new StringBuilder(Math.toIntExact(length));
        while (text.length() < length) {
            text.append(part, 0, (int) Math.min(part.length(), length - text.length()));
        }
        return text.toString();
    }

    /** The tokens of one text, in a pool of some threads. */
    private static final class OneText implements Work {

        private static final int MAX_COPIED = 100_000_000;

        private final String part = part();
        private final String text;
        private final TextTokenizer tokenizer = TextTokenizer.gpt2();
        private final ForkJoinPool pool;

        OneText(Task task) throws IOException {
            text = repeated(part, task.batch());
            pool = new ForkJoinPool(task.threads());
        }

        @Override
        public void check() {
            Encoding rival =
                    Encodings.newDefaultEncodingRegistry().getEncoding(EncodingType.R50K_BASE);
            IntArrayList whole = rival.encodeOrdinary(part);
            int rest = text.length() % part.length();
            IntArrayList last = rival.encodeOrdinary(part.substring(0, rest));
            int repeats = text.length() / part.length();
            TokenSequence tokens = pool.submit(() -> tokenizer.encode(text)).join();
            Work.require("tokens", repeats * whole.size() + last.size(), tokens.size());
            // Of more, the copy does not fit beside the text and the ids.
            long[] ids = tokens.size() > MAX_COPIED ? new long[0] : tokens.ids();
            for (int i = 0; i < ids.length; i++) {
                int expected =
                        i / whole.size() < repeats
                                ? whole.get(i % whole.size())
                                : last.get(i - repeats * whole.size());
                if (ids[i] != expected) {
                    Work.require("token " + i, (long) expected, ids[i]);
                }
            }
        }

        @Override
        public void run() {
            // Its offsets and tokens are found when they are asked for, which nobody does here.
            pool.submit(() -> tokenizer.encodeAll(List.of(text), SpecialTokens.AS_TEXT)).join();
        }

        @Override
        public void close() {
            pool.shutdown();
            tokenizer.close();
        }
    }

    /** A file with a text a line to a file of vectors, as {@code embed --lines} does. */
    private static final class Lines implements Work {

        private final Path file = ScaleBench.FOLDER.resolve("lines.txt");
        private final Path output = ScaleBench.FOLDER.resolve("lines.npy");
        private final InputStage stage = InputStage.load(NANO);
        private final String[] lines;
        private final long count;

        Lines(Task task) throws IOException {
            byte[] part = part().replace('\n', ' ').getBytes(StandardCharsets.US_ASCII);
            long length = Math.max(LINE, task.batch());
            for (int end = LINE - 1; end < part.length; end += LINE) {
                part[end] = '\n';
            }
            byte[] whole = Arrays.copyOf(part, part.length / LINE * LINE);
            lines = new String(whole, StandardCharsets.US_ASCII).split("\n", -1);
            count = length / LINE;
            try (OutputStream out = Files.newOutputStream(file)) {
                for (long left = count * LINE; left > 0; left -= whole.length) {
                    out.write(whole, 0, (int) Math.min(whole.length, left));
                }
            }
        }

        @Override
        public void check() throws IOException {
            run();
            int width = Math.toIntExact(stage.config().nEmbd());
            for (long line : new long[] {0, count / 2, count - 1}) {
                String text = lines[(int) (line % (lines.length - 1))];
                float[] expected = stage.vectors(List.of(text), VectorOptions.mean())[0];
                ByteBuffer row =
                        ByteBuffer.allocate(width * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
                try (FileChannel channel = FileChannel.open(output)) {
                    channel.read(row, channel.size() - (count - line) * row.capacity());
                }
                float[] found = new float[width];
                row.flip().asFloatBuffer().get(found);
                Work.require(
                        "vector of line " + line,
                        Arrays.toString(expected),
                        Arrays.toString(found));
            }
        }

        @Override
        public void run() throws IOException {
            CorpusOptions options =
                    new CorpusOptions(
                            Pooling.MEAN, false, OnTooLong.reject(), SpecialTokens.AS_TEXT, false);
            new CorpusRun(stage, NANO, options, progress -> {})
                    .toFile(List.of(CorpusSource.of(file)), output, false);
        }

        @Override
        public void close() {
            stage.close();
            try {
                Files.deleteIfExists(file);
                Files.deleteIfExists(output);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Texts through DJL's Predictor, one in each thread. */
    private static final class Predictors implements Work {

        private static final int REQUESTS = 2000;
        private static final int WARM_CALLS = 3;

        private final int threads;
        private final ZooModel<String, float[][]> model;

        Predictors(int threads) throws IOException {
            this.threads = threads;
            try {
                model =
                        Criteria.builder()
                                .setTypes(String.class, float[][].class)
                                .optModelPath(PredictorLoad.MODEL)
                                .build()
                                .loadModel();
            } catch (ai.djl.ModelException e) {
                throw new IOException(e);
            }
        }

        @Override
        public void check() throws Exception {
            String text = "Hello, I'm a language model,";
            try (InputStage stage = InputStage.load(PredictorLoad.MODEL);
                    Embeddings expected = stage.embed(text);
                    Predictor<String, float[][]> predictor = model.newPredictor()) {
                float[][] found = predictor.predict(text);
                float[] all = expected.embeddings().toFloatArray();
                for (int i = 0; i < all.length; i++) {
                    int width = found[0].length;
                    Work.require("value " + i, all[i], found[i / width][i % width]);
                }
            }
        }

        @Override
        public void run() throws Exception {
            PredictorLoad.load(threads, REQUESTS, model::newPredictor);
        }

        @Override
        public int round() {
            return WARM_CALLS;
        }

        @Override
        public int results() {
            return REQUESTS;
        }

        @Override
        public void close() {
            model.close();
        }
    }
}
