package io.forestage.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Text to GPT-2's ids. The texts are this project's own files (two megabytes of English and code),
 * as one text or line by line, and words of random letters of many scripts, which no cache has.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class TokenizeBenchmark {

    private static final int RANDOM_WORDS = 150_000;
    private static final int[] FIRST_LETTERS = {'a', 0x430, 0x4E00, 0xAC00, 0x627, 0x905, 0xE01};

    /** The text, the rival, our number of threads and the rival's. */
    public enum Row {
        LONG_JTOKKIT(Texts.LONG, TokenizeWork.Way.JTOKKIT, 1, 1),
        LINES_JTOKKIT(Texts.LINES, TokenizeWork.Way.JTOKKIT, 1, 1),
        LINES_JTOKKIT_2_THREADS(Texts.LINES, TokenizeWork.Way.JTOKKIT, 2, 2),
        SCRIPTS_JTOKKIT(Texts.SCRIPTS, TokenizeWork.Way.JTOKKIT, 1, 1),
        LONG_LIBRARY(Texts.LONG, TokenizeWork.Way.LIBRARY, 1, 1),
        LINES_LIBRARY_2_THREADS(Texts.LINES, TokenizeWork.Way.LIBRARY, 2, 2),
        LONG_2_THREADS_AGAINST_1(Texts.LONG, TokenizeWork.Way.FORESTAGE, 2, 1),
        LINES_2_THREADS_AGAINST_1(Texts.LINES, TokenizeWork.Way.FORESTAGE, 2, 1);

        private final Texts texts;
        private final TokenizeWork.Way rival;
        private final int threads;
        private final int rivalThreads;

        Row(Texts texts, TokenizeWork.Way rival, int threads, int rivalThreads) {
            this.texts = texts;
            this.rival = rival;
            this.threads = threads;
            this.rivalThreads = rivalThreads;
        }
    }

    /** The texts. */
    enum Texts {
        /** This project's files as one text. */
        LONG,
        /** The same, a text a line. */
        LINES,
        /** Random words of many scripts, as one text. */
        SCRIPTS;

        List<String> read() throws IOException {
            return switch (this) {
                case LONG -> List.of(project());
                case LINES -> project().lines().toList();
                case SCRIPTS -> List.of(scripts());
            };
        }
    }

    @Param Row row = Row.LONG_JTOKKIT;

    private List<String> texts = List.of();
    private TokenizeWork ours = none -> List.of();
    private TokenizeWork rivals = none -> List.of();
    private ForkJoinPool pool = new ForkJoinPool(1);
    private ForkJoinPool rivalPool = new ForkJoinPool(1);

    /** Checks that both sides compute the same ids. */
    @Setup
    public void check() throws IOException {
        pool = new ForkJoinPool(row.threads);
        rivalPool = new ForkJoinPool(row.rivalThreads);
        texts = row.texts.read();
        ours = TokenizeWork.of(TokenizeWork.Way.FORESTAGE);
        rivals = TokenizeWork.of(row.rival);
        Object[] expected = rivals.ids(texts).toArray();
        if (!Arrays.deepEquals(ours.ids(texts).toArray(), expected)) {
            throw new IllegalStateException(
                    "tokens: expected the same ids on both sides, found different ones");
        }
    }

    @TearDown
    public void close() {
        pool.shutdown();
        rivalPool.shutdown();
    }

    @Benchmark
    public List<long[]> ours() {
        return pool.submit(() -> ours.ids(texts)).join();
    }

    @Benchmark
    public List<long[]> rival() {
        return rivalPool.submit(() -> rivals.ids(texts)).join();
    }

    /** Returns this project's own files as one text. */
    public static String project() throws IOException {
        StringBuilder text = new StringBuilder(Files.readString(Path.of("README.md")));
        try (Stream<Path> files = Files.walk(Path.of("src"))) {
            List<Path> sources =
                    files.filter(file -> file.toString().matches(".*\\.(java|md)"))
                            .sorted()
                            .toList();
            for (Path source : sources) {
                text.append(Files.readString(source));
            }
        }
        return text.toString();
    }

    private static String scripts() {
        Random random = new Random(42);
        StringBuilder text = new StringBuilder();
        for (int word = 0; word < RANDOM_WORDS; word++) {
            int first = FIRST_LETTERS[random.nextInt(FIRST_LETTERS.length)];
            for (int letter = random.nextInt(8); letter >= 0; letter--) {
                text.appendCodePoint(first + random.nextInt(26));
            }
            text.append(' ');
        }
        return text.toString();
    }
}
