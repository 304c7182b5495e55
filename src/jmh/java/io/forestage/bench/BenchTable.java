package io.forestage.bench;

import com.google.gson.GsonBuilder;
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

/** The table of all rows: from JMH, with both sides in turns, and from other processes. */
final class BenchTable {

    private static final Path RESULTS = Path.of("target", "bench");

    private final List<String> notes = new ArrayList<>();
    private final List<Comparison> rows = new ArrayList<>();

    private BenchTable() {}

    static BenchTable of(Effort effort, int rounds, List<String> benchmarks)
            throws IOException, RunnerException {
        BenchTable table = new BenchTable();
        for (String name : List.of("cold-start.tsv", "native.tsv", "peers.tsv", "predict.tsv")) {
            table.read(RESULTS.resolve(name));
        }
        Map<String, Sides> sides = new LinkedHashMap<>();
        for (int round = 1; round <= rounds && !benchmarks.isEmpty(); round++) {
            System.err.printf("bench: JMH round %d of %d%n", round, rounds);
            // One fork per side and round: the sides take turns, so that other load on the machine
            // slows down both.
            for (RunResult result : new Runner(options(effort, benchmarks, round)).run()) {
                String benchmark = result.getParams().getBenchmark();
                sides.computeIfAbsent(rowName(result), key -> new Sides())
                        .side(benchmark.substring(benchmark.lastIndexOf('.') + 1))
                        .add(result.getPrimaryResult().getScore());
            }
        }
        sides.forEach((name, values) -> table.rows.add(values.compare(name)));
        return table;
    }

    /** Prints the table, and writes it as JSON with a description of the machine. */
    void print(String machine) throws IOException {
        System.out.println();
        System.out.println(Comparison.HEAD);
        notes.forEach(System.out::println);
        rows.forEach(row -> System.out.println(row.line()));
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("machine", machine);
        json.put("notes", notes);
        json.put("rows", rows.stream().map(Comparison::values).toList());
        Files.writeString(
                RESULTS.resolve("results.json"),
                new GsonBuilder().setPrettyPrinting().create().toJson(json) + "\n");
    }

    /** Reads the rows of another process; a line without tabs says why there are none. */
    private void read(Path file) throws IOException {
        for (String line : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
            String[] cells = line.split("\t", -1);
            if (cells.length == 1) {
                notes.add(line);
            } else {
                rows.add(
                        new Comparison(
                                cells[0],
                                cells[1],
                                numbers(cells[2]),
                                numbers(cells[3]),
                                cells[4]));
            }
        }
    }

    private static Options options(Effort effort, List<String> benchmarks, int round) {
        return effort.choose(new OptionsBuilder(), benchmarks)
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

    /** Returns a name such as "Load published" for LoadBenchmark with the parameter PUBLISHED. */
    private static String rowName(RunResult result) {
        BenchmarkParams params = result.getParams();
        String[] names = params.getBenchmark().split("\\.", -1);
        String parameter = params.getParam(params.getParamsKeys().iterator().next());
        return names[names.length - 2].replace("Benchmark", "")
                + " "
                + parameter.toLowerCase(Locale.ROOT);
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
            if (name.startsWith("Attention") && name.contains("4096")) {
                return "≤ 0.5";
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
