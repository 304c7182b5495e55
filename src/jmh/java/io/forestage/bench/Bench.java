package io.forestage.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * What scripts/bench runs: {@code folders} makes the model folders and prints their names; {@code
 * table ROUNDS} runs the JMH benchmarks, ours and the rival's in turns, and prints everything,
 * along with what other processes measured before; {@code step TOKENS STEPS THREADS} prints the
 * median of our training step in milliseconds; {@code decode SOURCE TARGET} takes GPT-2's tables
 * out of a file as a user of DJL does today.
 */
public final class Bench {

    private static final Path RESULTS = Path.of("target", "bench");
    private static final List<Path> BEFORE =
            List.of(RESULTS.resolve("cold-start.tsv"), RESULTS.resolve("training.tsv"));

    private Bench() {}

    /** Runs one of the commands. */
    public static void main(String[] args) throws IOException, RunnerException {
        if (args[0].equals("folders")) {
            for (Gpt2Folder folder : Gpt2Folder.values()) {
                System.out.println(folder.make());
            }
            return;
        }
        if (args[0].equals("decode")) {
            System.out.println(ImportBenchmark.decodeAndSave(Path.of(args[1]), Path.of(args[2])));
            return;
        }
        if (args[0].equals("step")) {
            System.out.println(
                    TrainingStep.median(
                            Tokens.valueOf(args[1]),
                            Integer.parseInt(args[2]),
                            Integer.parseInt(args[3])));
            return;
        }
        Map<String, Sides> sides = run(Integer.parseInt(args[1]));
        System.out.println();
        System.out.println(Comparison.HEAD);
        measuredBefore().forEach(System.out::println);
        sides.forEach((name, values) -> System.out.println(values.compare(name).line()));
    }

    private static Map<String, Sides> run(int rounds) throws RunnerException {
        Map<String, Sides> sides = new LinkedHashMap<>();
        for (int round = 1; round <= rounds; round++) {
            System.err.println("bench: JMH round " + round + " of " + rounds);
            // One fork a side and round: ours and the rival's take turns, so that a machine that
            // grows busy meanwhile slows down both.
            for (RunResult result : new Runner(options(round)).run()) {
                String benchmark = result.getParams().getBenchmark();
                int dot = benchmark.lastIndexOf('.');
                sides.computeIfAbsent(rowName(result), key -> new Sides())
                        .side(benchmark.substring(dot + 1))
                        .add(result.getPrimaryResult().getScore());
            }
        }
        return sides;
    }

    private static Options options(int round) {
        return new OptionsBuilder()
                .include("io\\.forestage\\.bench\\.")
                .verbosity(VerboseMode.SILENT)
                .shouldFailOnError(true)
                .jvmArgs(
                        "-Xmx3g",
                        "-DOPT_OUT_TRACKING=true",
                        "-Dai.djl.offline=true",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=off")
                .resultFormat(ResultFormatType.JSON)
                .result(RESULTS.resolve("jmh-" + round + ".json").toString())
                .build();
    }

    /** Such as "Load published" for LoadBenchmark with its one parameter PUBLISHED. */
    private static String rowName(RunResult result) {
        BenchmarkParams params = result.getParams();
        String[] names = params.getBenchmark().split("\\.", -1);
        String parameter = params.getParam(params.getParamsKeys().iterator().next());
        return names[names.length - 2].replace("Benchmark", "")
                + " "
                + parameter.toLowerCase(Locale.ROOT);
    }

    /** The rows that other scripts left; a line without tabs says why there are none. */
    private static List<String> measuredBefore() throws IOException {
        List<String> lines = new ArrayList<>();
        for (Path file : BEFORE) {
            lines.addAll(rows(file));
        }
        return lines;
    }

    private static List<String> rows(Path file) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            String[] cells = line.split("\t", -1);
            lines.add(
                    cells.length == 1
                            ? line
                            : new Comparison(
                                            cells[0],
                                            cells[1],
                                            numbers(cells[2]),
                                            numbers(cells[3]),
                                            cells[4])
                                    .line());
        }
        return lines;
    }

    private static double[] numbers(String text) {
        return Arrays.stream(text.split(" ", -1)).mapToDouble(Double::parseDouble).toArray();
    }

    private record Sides(List<Double> ours, List<Double> rivals) {

        Sides() {
            this(new ArrayList<>(), new ArrayList<>());
        }

        List<Double> side(String method) {
            return method.equals("ours") ? ours : rivals;
        }

        Comparison compare(String name) {
            return new Comparison(name, "ms", array(ours), array(rivals), target(name));
        }

        private static String target(String name) {
            if (name.startsWith("Load")) {
                return "< 100 ms, ≤ 0.05";
            }
            return switch (name) {
                case "Import djl", "Lookup backward_sparse" -> "≤ 0.2";
                case "Import cp", "Import cp_sync" -> "≤ 2";
                case "Tokenize long_2_threads_against_1", "Tokenize lines_2_threads_against_1" ->
                        "≤ 0.6";
                case "Lookup backward_padding" -> "≤ 1.1";
                case "Training zipf", "Training uniform" -> "≤ 0.05";
                case "Training rows" -> "≤ 1.2";
                default -> "≤ 1";
            };
        }

        private static double[] array(List<Double> values) {
            return values.stream().mapToDouble(Double::doubleValue).toArray();
        }
    }
}
