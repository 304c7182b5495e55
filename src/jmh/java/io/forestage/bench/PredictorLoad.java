package io.forestage.bench;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.nn.LambdaBlock;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.Batchifier;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import io.forestage.InputStage;
import io.forestage.tokens.Gpt2Library;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Text to vectors through DJL's Predictor, on several threads, each with its own predictor. The
 * rival is what a user of DJL writes: a translator with Hugging Face's tokenizer, and a block that
 * gathers rows and adds positions.
 */
public final class PredictorLoad {

    /** The model, a folder of this project. */
    public static final Path MODEL = Path.of("models", "gpt2-random");

    private static final int WARMUP = 2000;
    private static final int REQUESTS = 8000;
    private static final double NANOS_IN_MILLI = 1e6;
    private static final double[] PERCENTILES = {0.5, 0.99};
    private static final String TEXT =
            "The scientist told the committee that %d of the samples, taken near the river in"
                    + " early spring, held more salt than anybody had expected.";

    private PredictorLoad() {}

    /** Returns rows for the table, with a tab between cells. */
    static List<String> rows(int rounds) throws Exception {
        try (ZooModel<String, float[][]> ours = load(false);
                ZooModel<String, float[][]> fair = load(true);
                InputStage stage = InputStage.load(MODEL);
                HuggingFaceTokenizer tokenizer = Gpt2Library.open();
                Model rival = Model.newInstance("rival", Device.cpu(), "PyTorch")) {
            NDArray wte = parameter(stage, 0);
            NDArray wpe = parameter(stage, 1);
            rival.setBlock(
                    new LambdaBlock(
                            list -> {
                                NDArray ids = list.singletonOrThrow();
                                // The manager of the prediction, not of the tables: it is closed.
                                NDManager own = ids.getManager();
                                NDArray rows = wte.get(own, new NDIndex("{}", ids));
                                NDIndex positions = new NDIndex(":" + ids.size());
                                return new NDList(rows.addi(wpe.get(own, positions)));
                            }));
            Supplier<Predictor<String, float[][]>> theirs =
                    () -> rival.newPredictor(new ByHand(tokenizer));
            requireSame(ours.newPredictor(), theirs.get());
            List<String> rows = new ArrayList<>();
            for (int threads : new int[] {1, 4, 16}) {
                rows.addAll(race("Predict", threads, rounds, ours::newPredictor, theirs));
            }
            rows.addAll(race("Predict fair", 16, rounds, fair::newPredictor, theirs));
            return rows;
        }
    }

    private static ZooModel<String, float[][]> load(boolean fair) throws Exception {
        return Criteria.builder()
                .setTypes(String.class, float[][].class)
                .optModelPath(MODEL)
                .optArgument("fair", fair)
                .build()
                .loadModel();
    }

    private static List<String> race(
            String name,
            int threads,
            int rounds,
            Supplier<Predictor<String, float[][]>> ours,
            Supplier<Predictor<String, float[][]>> rival)
            throws Exception {
        double[][] mine = new double[rounds][];
        double[][] theirs = new double[rounds][];
        load(threads, WARMUP, ours);
        load(threads, WARMUP, rival);
        for (int round = 0; round < rounds; round++) {
            mine[round] = load(threads, REQUESTS, ours);
            theirs[round] = load(threads, REQUESTS, rival);
        }
        List<String> rows = new ArrayList<>();
        String[] names = {"p50", "p99", "per text"};
        for (int i = 0; i < names.length; i++) {
            rows.add(
                    String.join(
                            "\t",
                            "%s, %d threads, %s".formatted(name, threads, names[i]),
                            "ms",
                            column(mine, i),
                            column(theirs, i),
                            "≤ 1"));
        }
        return rows;
    }

    /** Returns milliseconds: the percentiles of a request, and total time / number of requests. */
    public static double[] load(
            int threads, int requests, Supplier<Predictor<String, float[][]>> predictors)
            throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<long[]>> parts = new ArrayList<>();
            long begin = System.nanoTime();
            for (int thread = 0; thread < threads; thread++) {
                parts.add(pool.submit(() -> requests(requests / threads, predictors.get())));
            }
            List<long[]> times = new ArrayList<>();
            for (Future<long[]> part : parts) {
                times.add(part.get());
            }
            double whole = System.nanoTime() - begin;
            long[] sorted = times.stream().flatMapToLong(Arrays::stream).sorted().toArray();
            return new double[] {
                sorted[(int) (sorted.length * PERCENTILES[0])] / NANOS_IN_MILLI,
                sorted[(int) (sorted.length * PERCENTILES[1])] / NANOS_IN_MILLI,
                whole / sorted.length / NANOS_IN_MILLI
            };
        } finally {
            pool.shutdown();
        }
    }

    private static long[] requests(int count, Predictor<String, float[][]> predictor)
            throws Exception {
        try (predictor) {
            long[] times = new long[count];
            for (int i = 0; i < count; i++) {
                long begin = System.nanoTime();
                predictor.predict(TEXT.formatted(i));
                times[i] = System.nanoTime() - begin;
            }
            return times;
        }
    }

    private static void requireSame(
            Predictor<String, float[][]> ours, Predictor<String, float[][]> rival)
            throws Exception {
        try (ours;
                rival) {
            String text = TEXT.formatted(7);
            if (!Arrays.deepEquals(ours.predict(text), rival.predict(text))) {
                throw new IllegalStateException(
                        "predict: expected the same vectors on both sides, found different ones");
            }
        }
    }

    private static NDArray parameter(InputStage stage, int index) {
        return stage.block().getParameters().valueAt(index).getArray();
    }

    private static String column(double[][] rounds, int index) {
        return String.join(
                " ",
                Arrays.stream(rounds)
                        .map(round -> String.format(Locale.ROOT, "%.4f", round[index]))
                        .toList());
    }

    private record ByHand(HuggingFaceTokenizer tokenizer) implements Translator<String, float[][]> {

        @Override
        public NDList processInput(TranslatorContext context, String text) {
            NDManager manager = context.getNDManager();
            return new NDList(manager.create(tokenizer.encode(text).getIds()));
        }

        @Override
        public float[][] processOutput(TranslatorContext context, NDList list) {
            NDArray vectors = list.singletonOrThrow();
            int width = (int) vectors.getShape().get(1);
            float[] flat = vectors.toFloatArray();
            float[][] rows = new float[flat.length / width][];
            for (int i = 0; i < rows.length; i++) {
                rows[i] = Arrays.copyOfRange(flat, i * width, (i + 1) * width);
            }
            return rows;
        }

        @Override
        public @Nullable Batchifier getBatchifier() {
            return null;
        }
    }
}
