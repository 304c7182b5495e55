package io.forestage.plot;

import java.util.ArrayList;
import java.util.List;

/** The round numbers of an axis. */
final class Ticks {

    private static final int[] STEPS = {1, 2, 5};

    private Ticks() {}

    /** Returns round whole numbers from 0 to below a size, about {@code most}. */
    static List<Integer> of(int size, int most) {
        int step = Math.max(1, (int) step(size, most));
        List<Integer> ticks = new ArrayList<>();
        for (long tick = 0; tick < size; tick += step) {
            ticks.add((int) tick);
        }
        return ticks;
    }

    /** Returns the round distance at which a length has at most {@code most} numbers. */
    static double step(double length, int most) {
        double rough = Math.max(length, Double.MIN_NORMAL) / most;
        double power = StrictMath.pow(10, Math.floor(StrictMath.log10(rough)));
        for (int step : STEPS) {
            if (step * power >= rough) {
                return step * power;
            }
        }
        return 10 * power;
    }

    /** Returns the multiples of a step between two numbers. */
    static List<Double> between(double low, double high, double step) {
        List<Double> ticks = new ArrayList<>();
        for (long i = (long) Math.ceil(low / step); i * step <= high; i++) {
            ticks.add(i * step);
        }
        return ticks;
    }
}
