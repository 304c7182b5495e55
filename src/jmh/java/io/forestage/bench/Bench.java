package io.forestage.bench;

import java.nio.file.Path;
import java.util.Locale;

/**
 * The commands of scripts/bench:
 *
 * <ul>
 *   <li>{@code folders} makes the model folders and prints their names.
 *   <li>{@code table whole|quick ROUNDS MACHINE} runs the JMH benchmarks, prints their results and
 *       those of other processes, and writes them as JSON.
 *   <li>{@code predict ROUNDS} prints the rows of a Predictor under load.
 *   <li>{@code forward SHAPE CALLS} prints the median of our forward pass in milliseconds.
 *   <li>{@code step KIND STEPS THREADS} prints the median of our training step in milliseconds.
 *   <li>{@code decode SOURCE TARGET} copies GPT-2's tables from a file as a user of DJL does.
 * </ul>
 */
public final class Bench {

    private Bench() {}

    /** Runs one of the commands. */
    public static void main(String[] args) throws Exception {
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
        if (args[0].equals("forward")) {
            System.out.println(ForwardBenchmark.median(args[1], Integer.parseInt(args[2])));
            return;
        }
        if (args[0].equals("step")) {
            System.out.println(
                    TrainingStep.median(
                            args[1], Integer.parseInt(args[2]), Integer.parseInt(args[3])));
            return;
        }
        if (args[0].equals("predict")) {
            PredictorLoad.rows(Integer.parseInt(args[1])).forEach(System.out::println);
            return;
        }
        BenchTable.of(Effort.valueOf(args[1].toUpperCase(Locale.ROOT)), Integer.parseInt(args[2]))
                .print(args[3]);
    }
}
