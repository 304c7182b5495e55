package io.forestage.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The commands of scripts/bench:
 *
 * <ul>
 *   <li>{@code folders} makes the model folders and prints their names.
 *   <li>{@code table whole|quick ROUNDS MACHINE [BENCHMARK…]} runs these JMH benchmarks, prints
 *       their results and those of other processes, and writes them as JSON.
 *   <li>{@code predict ROUNDS} prints the rows of a Predictor under load.
 *   <li>{@code data FOLDER} writes what the processes in Python and C work on.
 *   <li>{@code forward SHAPE CALLS THREADS [RESULT]} prints the median of our forward pass in
 *       milliseconds, or writes its result.
 *   <li>{@code step KIND CALLS THREADS [RESULT]} does so for a training step,
 *   <li>{@code bag WIDTH CALLS THREADS [RESULT]} for a step of a text classifier,
 *   <li>{@code encode forestage|jtokkit TEXTS CALLS THREADS [RESULT]} for texts to ids.
 *   <li>{@code decode SOURCE TARGET} copies GPT-2's tables from a file as a user of DJL does.
 * </ul>
 */
public final class Bench {

    private Bench() {}

    /** Runs one of the commands. */
    public static void main(String[] args) throws Exception {
        List<String> rest = List.of(args).subList(1, args.length);
        switch (args[0]) {
            case "folders" -> {
                for (Gpt2Folder folder : Gpt2Folder.values()) {
                    System.out.println(folder.make());
                }
            }
            case "table" ->
                    BenchTable.of(
                                    Effort.valueOf(upper(rest.get(0))),
                                    Integer.parseInt(rest.get(1)),
                                    rest.subList(3, rest.size()))
                            .print(rest.get(2));
            case "predict" ->
                    PredictorLoad.rows(Integer.parseInt(rest.get(0))).forEach(System.out::println);
            case "decode" ->
                    System.out.println(
                            ImportBenchmark.decodeAndSave(
                                    Path.of(rest.get(0)), Path.of(rest.get(1))));
            case "data" -> SharedData.write(Path.of(rest.get(0)));
            case "encode" -> make(args[0] + " " + rest.get(0), rest.subList(1, rest.size()));
            default -> make(args[0], rest);
        }
    }

    private static void make(String work, List<String> rest) throws IOException {
        String kind = rest.get(0);
        int threads = Integer.parseInt(rest.get(2));
        Calls calls =
                switch (work) {
                    case "forward" -> ForwardBenchmark.calls(kind);
                    case "step" -> TrainingStep.calls(kind, threads);
                    case "bag" -> new BagStep(Long.parseLong(kind), threads);
                    case "encode forestage", "encode jtokkit" ->
                            TokenizeWork.calls(
                                    TokenizeWork.Way.valueOf(upper(work.split(" ", -1)[1])),
                                    TokenizeBenchmark.Texts.valueOf(upper(kind)).read(),
                                    threads);
                    default ->
                            throw new IllegalArgumentException(
                                    "expected a command of Bench, found " + work);
                };
        calls.make(
                Integer.parseInt(rest.get(1)), rest.subList(3, rest.size()).toArray(String[]::new));
    }

    private static String upper(String name) {
        return name.toUpperCase(Locale.ROOT);
    }
}
