package io.forestage.gradients;

import io.forestage.training.session.TrainingCases;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The program that {@link GradientMemoryTest} starts. It runs all cases in turns for some seconds
 * and prints a line for each: the steps, the wrong ones, the name, and the first difference.
 */
public final class GradientSoak {

    /** The last line of a report, so that a report that was cut off fails the test. */
    static final String END = "all cases reported";

    private static final int STEPS_PER_TURN = 8;

    private GradientSoak() {}

    /**
     * Runs the cases and prints the report.
     *
     * @param arguments the number of seconds
     */
    public static void main(String[] arguments) {
        long end = System.nanoTime() + Duration.ofSeconds(Long.parseLong(arguments[0])).toNanos();
        Garbage garbage = new Garbage();
        List<Count> counts = new ArrayList<>();
        for (GradientCase each : cases()) {
            counts.add(new Count(each, false));
            counts.add(new Count(each, true));
        }
        do {
            counts.forEach(count -> count.turn(garbage));
        } while (System.nanoTime() < end);
        counts.forEach(count -> System.out.println(count.report()));
        System.out.println(END);
    }

    private static List<GradientCase> cases() {
        List<GradientCase> cases = new ArrayList<>();
        cases.addAll(LookupCases.all());
        cases.addAll(BagCases.all());
        cases.addAll(StageCases.all());
        cases.addAll(AttentionCase.all());
        cases.addAll(TrainingCases.all());
        return cases;
    }

    /** The counts of one case. */
    private static final class Count {

        private final GradientCase tested;
        private final boolean closing;
        private int steps;
        private int wrong;
        private String first = "";

        Count(GradientCase tested, boolean closing) {
            this.tested = tested;
            this.closing = closing;
        }

        void turn(Garbage garbage) {
            for (int i = 0; i < STEPS_PER_TURN; i++) {
                steps++;
                Optional<String> error = tested.step(closing, garbage);
                if (error.isPresent()) {
                    first = wrong == 0 ? error.get() : first;
                    wrong++;
                }
            }
        }

        String report() {
            return "%d steps, %d wrong: %s%s%s"
                    .formatted(
                            steps,
                            wrong,
                            tested.name(),
                            closing ? ", inputs closed early" : "",
                            wrong == 0 ? "" : ": " + first);
        }
    }
}
