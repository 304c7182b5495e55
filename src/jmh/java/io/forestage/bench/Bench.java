package io.forestage.bench;

import java.nio.file.Path;
import java.util.Locale;

/**
 * What scripts/bench runs: {@code folders} makes the model folders and prints their names; {@code
 * table whole|quick ROUNDS MACHINE} runs the JMH benchmarks, prints everything, along with what
 * other processes measured before, and writes it as JSON; {@code predict ROUNDS} prints rows about
 * a Predictor under load; {@code step KIND STEPS THREADS} prints the median of our training step in
 * milliseconds; {@code decode SOURCE TARGET} takes GPT-2's tables out of a file as a user of DJL
 * does today.
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
