package io.forestage.bench;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A row of the table: the same work, done by us and by a rival, in turns.
 *
 * @param name the name of the row
 * @param unit the unit of both sides
 * @param ours our value in each round
 * @param rivals the rival's value in each round, or one value for all rounds
 * @param target the maximum of ours / rival, or another target in words
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record Comparison(String name, String unit, double[] ours, double[] rivals, String target) {

    static final String HEAD =
            String.format(
                    Locale.ROOT,
                    "%-44s %22s %22s   %-24s %s",
                    "",
                    "ours",
                    "rival",
                    "ours / rival (spread)",
                    "target");

    String line() {
        double[] ratios = new double[ours.length];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = ours[i] / rivals[i];
        }
        return String.format(
                Locale.ROOT,
                "%-44s %22s %22s   %-24s %s",
                name,
                withSpread(ours) + " " + unit,
                withSpread(rivals) + " " + unit,
                ratio(median(ratios)) + " (" + ratio(min(ratios)) + "–" + ratio(max(ratios)) + ")",
                target);
    }

    /** Returns the row for the JSON file. */
    Map<String, Object> values() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("name", name);
        values.put("unit", unit);
        values.put("ours", ours);
        values.put("rival", rivals);
        values.put("ratio", median(ours) / median(rivals));
        values.put("target", target);
        return values;
    }

    private static String withSpread(double[] values) {
        double median = median(values);
        double half = (max(values) - min(values)) / 2;
        int digits = median < 1 ? 4 : median < 100 ? 2 : 0;
        return String.format(Locale.ROOT, "%." + digits + "f ± %." + digits + "f", median, half);
    }

    private static String ratio(double value) {
        return String.format(Locale.ROOT, value < 0.1 ? "%.4f" : "%.2f", value);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static double min(double[] values) {
        return Arrays.stream(values).min().orElse(Double.NaN);
    }

    private static double max(double[] values) {
        return Arrays.stream(values).max().orElse(Double.NaN);
    }
}
