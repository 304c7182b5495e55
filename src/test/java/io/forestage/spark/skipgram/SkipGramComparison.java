package io.forestage.spark.skipgram;

import com.sun.management.OperatingSystemMXBean;
import io.forestage.InputStage;
import io.forestage.tokens.SpecialTokens;
import io.forestage.tokens.TextTokenizer;
import io.forestage.training.TrainingRun;
import io.forestage.training.skipgram.AveragedCopies;
import io.forestage.training.skipgram.PackedText;
import io.forestage.training.skipgram.PlanTraining;
import io.forestage.training.skipgram.SkipGramOptions;
import io.forestage.training.skipgram.SkipGramPlan;
import io.forestage.training.skipgram.SkipGramTraining;
import io.forestage.training.text.TextCut;
import io.forestage.weights.StoredType;
import io.forestage.words.WordSimilarity;
import io.forestage.words.WordVectors;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.mllib.feature.Word2Vec;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;

/**
 * Trains on a text in one of several ways and prints the vectors' agreement with people, the tokens
 * a processor second and the bytes that moved: scripts/bench-spark-skipgram calls it.
 */
final class SkipGramComparison {

    private static final int VOCABULARY = 50257;

    private final Map<String, String> args;
    private final SkipGramOptions options;
    private final Path text;
    private long bytes;

    private SkipGramComparison(Map<String, String> args) {
        this.args = args;
        text = Path.of(required("text"));
        SkipGramOptions usual = SkipGramOptions.defaults();
        options =
                new SkipGramOptions(
                        number("dim", usual.dimension()),
                        number("window", usual.window()),
                        number("negative", usual.negatives()),
                        number("epochs", usual.epochs()),
                        Double.parseDouble(args.getOrDefault("sample", "" + usual.sample())),
                        Double.parseDouble(args.getOrDefault("rate", "" + usual.learningRate())),
                        usual.minCount(),
                        number("seed", 1));
    }

    /**
     * Takes name=value: way (single, plan, average, spark, mllib), text, pairs (files), and
     * options.
     */
    public static void main(String[] args) throws Exception {
        Map<String, String> named = new HashMap<>();
        for (String arg : args) {
            named.put(arg.substring(0, arg.indexOf('=')), arg.substring(arg.indexOf('=') + 1));
        }
        new SkipGramComparison(named).run(System.out);
    }

    private void run(PrintStream out) throws Exception {
        switch (required("way")) {
            case "single" -> single(out);
            case "plan" -> plan(out);
            case "average" -> average(out);
            case "spark" -> spark(out);
            case "mllib" -> mllib(out);
            default -> throw new IllegalArgumentException("way");
        }
    }

    private String required(String name) {
        return Objects.requireNonNull(args.get(name), name);
    }

    private int number(String name, int usual) {
        return Integer.parseInt(args.getOrDefault(name, Integer.toString(usual)));
    }

    private List<String> texts() throws IOException {
        return TextCut.PARAGRAPHS.cut(Files.readString(text));
    }

    private List<long[]> ids() throws IOException {
        List<long[]> ids = new ArrayList<>();
        try (TextTokenizer tokenizer = TextTokenizer.gpt2()) {
            for (String each : texts()) {
                ids.add(tokenizer.encode(each, SpecialTokens.AS_TEXT).ids());
            }
        }
        return ids;
    }

    private void single(PrintStream out) throws Exception {
        Path folder = Files.createTempDirectory("single").resolve("model");
        long start = cpu();
        new SkipGramTraining(List.of(text), folder, options)
                .run(
                        new TrainingRun(
                                number("threads", 1),
                                1_000,
                                StoredType.FLOAT32,
                                TrainingRun.Start.NEW,
                                false),
                        progress -> {});
        double seconds = (cpu() - start) / 1e9;
        try (InputStage stage = InputStage.load(folder)) {
            print(out, WordVectors.of(stage), seconds);
        }
    }

    private void plan(PrintStream out) throws Exception {
        List<PackedText> packed =
                ids().stream().map(each -> new PackedText(each, options.seed())).toList();
        SkipGramPlan plan =
                new SkipGramPlan(
                        options,
                        PlanTraining.counts(packed, VOCABULARY),
                        number("parts", 16),
                        number("steps", 8));
        PlanTraining training = new PlanTraining(plan, packed, 4, number("threads", 1));
        long start = cpu();
        double loss = training.run();
        double seconds = (cpu() - start) / 1e9;
        out.printf(
                "  loss of the last step %.3f; an epoch moves %.1f MB of rows, %.1f MB of pairs%n",
                loss,
                training.rowBytes() / 1e6 / options.epochs(),
                training.pairBytes() / 1e6 / options.epochs());
        print(out, training.rows(VOCABULARY), seconds);
    }

    private void average(PrintStream out) throws Exception {
        AveragedCopies copies =
                new AveragedCopies(
                        options, ids(), number("copies", 4), number("merges", 1), VOCABULARY);
        long start = cpu();
        double loss = copies.run(number("threads", 1));
        double seconds = (cpu() - start) / 1e9;
        out.printf(
                "  loss of the last share %.3f; an epoch moves %.1f MB of rows%n",
                loss, copies.bytes() / 1e6 / options.epochs());
        print(out, copies.centers(), seconds);
    }

    private void spark(PrintStream out) throws Exception {
        try (SparkSession spark = session()) {
            List<String> texts = texts();
            long start = cpu();
            SkipGramModel model =
                    new SkipGramEstimator()
                            .setVectorSize(options.dimension())
                            .setWindowSize(options.window())
                            .setNegative(options.negatives())
                            .setMaxIter(options.epochs())
                            .setSample(options.sample())
                            .setStepSize(options.learningRate())
                            .setSeed(options.seed())
                            .setNumParts(number("parts", 16))
                            .setStepsPerEpoch(number("steps", 8))
                            .setInputCol("value")
                            .fit(spark.createDataset(texts, Encoders.STRING()).repartition(4));
            double seconds = (cpu() - start) / 1e9;
            out.printf("  shuffled %.1f MB an epoch%n", bytes / 1e6 / options.epochs());
            Path folder = Files.createTempDirectory("spark").resolve("model");
            model.saveAsModelFolder(folder.toString());
            try (InputStage stage = InputStage.load(folder)) {
                print(out, WordVectors.of(stage), seconds);
            }
        }
    }

    private void mllib(PrintStream out) throws Exception {
        List<List<String>> sentences =
                ids().stream()
                        .map(each -> Arrays.stream(each).mapToObj(Long::toString).toList())
                        .toList();
        try (SparkSession spark = session()) {
            JavaRDD<List<String>> rdd =
                    JavaSparkContext.fromSparkContext(spark.sparkContext())
                            .parallelize(sentences, number("partitions", 2))
                            .cache();
            rdd.count();
            long start = cpu();
            var model =
                    new Word2Vec()
                            .setVectorSize(options.dimension())
                            .setWindowSize(options.window())
                            .setMinCount(options.minCount())
                            .setLearningRate(options.learningRate())
                            .setNumIterations(options.epochs())
                            .setNumPartitions(number("partitions", 2))
                            .setSeed(options.seed())
                            .fit(rdd);
            double seconds = (cpu() - start) / 1e9;
            float[][] rows = new float[VOCABULARY][];
            scala.jdk.javaapi.CollectionConverters.asJava(model.getVectors())
                    .forEach((id, row) -> rows[Integer.parseInt(id)] = row);
            print(out, rows, seconds);
        }
    }

    private SparkSession session() {
        SparkSession spark =
                SparkSession.builder()
                        .master("local[" + number("cores", 1) + "]")
                        .config("spark.ui.enabled", "false")
                        .config("spark.driver.host", "127.0.0.1")
                        .config("spark.driver.bindAddress", "127.0.0.1")
                        .config("spark.driver.maxResultSize", "0")
                        .getOrCreate();
        spark.sparkContext()
                .addSparkListener(
                        new SparkListener() {
                            @Override
                            public void onTaskEnd(SparkListenerTaskEnd end) {
                                bytes += end.taskMetrics().shuffleWriteMetrics().bytesWritten();
                            }
                        });
        return spark;
    }

    private void print(PrintStream out, float[][] rows, double seconds) throws IOException {
        float[] table = new float[VOCABULARY * options.dimension()];
        BitSet trained = new BitSet();
        for (int id = 0; id < VOCABULARY; id++) {
            if (rows[id] != null) {
                trained.set(id);
                System.arraycopy(rows[id], 0, table, id * options.dimension(), options.dimension());
            }
        }
        try (TextTokenizer tokenizer = TextTokenizer.gpt2()) {
            print(out, WordVectors.of(tokenizer, table, options.dimension(), trained), seconds);
        }
    }

    private void print(PrintStream out, WordVectors words, double seconds) throws IOException {
        long tokens = ids().stream().mapToLong(each -> each.length).sum();
        StringBuilder line = new StringBuilder(new TreeMap<>(args).toString());
        for (String pairs : required("pairs").split(",", -1)) {
            WordSimilarity agreement = WordSimilarity.evaluate(words, Path.of(pairs));
            line.append(
                    " | %s %.3f (%d pairs)"
                            .formatted(
                                    Path.of(pairs).getFileName(),
                                    agreement.correlation(),
                                    agreement.used()));
        }
        out.printf(
                "%s | %d tokens, %.1f cpu s, %.1f k tokens a processor second%n",
                line, tokens, seconds, tokens * (double) options.epochs() / seconds / 1e3);
    }

    private static long cpu() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }
}
