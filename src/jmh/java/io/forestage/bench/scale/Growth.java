package io.forestage.bench.scale;

import io.forestage.bench.scale.Curve.Point;
import io.forestage.bench.scale.Curve.Series;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** How the time and the memory of a series grew. */
final class Growth {

    private static final double MILLIS = 1e3;
    private static final double MEGA = 1e6;

    /** A process so much slower or faster than the median is pointed out. */
    private static final double OUTLIER = 1.5;

    private final Curve curve;
    private final Series series;
    private final Map<Double, List<Sample>> samples = new TreeMap<>();
    private final List<String> notes = new ArrayList<>();

    Growth(Curve curve, Series series) {
        this.curve = curve;
        this.series = series;
    }

    Curve curve() {
        return curve;
    }

    Series series() {
        return series;
    }

    void add(Point point, Sample sample) {
        samples.computeIfAbsent(point.x(), x -> new ArrayList<>()).add(sample);
    }

    /** Tells why a point has no value. */
    void note(String note) {
        if (!notes.contains(note)) {
            notes.add(note);
        }
    }

    boolean isEmpty() {
        return samples.isEmpty();
    }

    double[] xs() {
        return samples.keySet().stream().mapToDouble(Double::doubleValue).toArray();
    }

    double[] millis() {
        return medians(Sample::seconds, MILLIS);
    }

    double[] megabytes() {
        return medians(sample -> sample.peak(), 1 / MEGA);
    }

    /** The fastest process of each point. */
    double[] fastest() {
        return samples.values().stream().mapToDouble(each -> sorted(each)[0]).toArray();
    }

    /** The slowest process of each point. */
    double[] slowest() {
        return samples.values().stream()
                .mapToDouble(each -> sorted(each)[each.size() - 1])
                .toArray();
    }

    /** The slope of log time over log x, by least squares over all points. */
    double wholeSlope() {
        return slope(0);
    }

    /** The slope over the upper half of the points. */
    double upperSlope() {
        return slope(samples.size() / 2);
    }

    private double slope(int from) {
        double[] xs = Arrays.stream(xs()).skip(from).map(Math::log).toArray();
        double[] ys = Arrays.stream(millis()).skip(from).map(Math::log).toArray();
        double meanX = Arrays.stream(xs).average().orElse(Double.NaN);
        double meanY = Arrays.stream(ys).average().orElse(Double.NaN);
        double products = 0;
        double squares = 0;
        for (int i = 0; i < xs.length; i++) {
            products += (xs[i] - meanX) * (ys[i] - meanY);
            squares += (xs[i] - meanX) * (xs[i] - meanX);
        }
        return products / squares;
    }

    /** Prints a line a point: the medians, and what each process measured. */
    void print() {
        System.out.printf("%n%s: %s%n", curve.title(), series.name());
        notes.forEach(note -> System.out.println("  " + note));
        if (isEmpty()) {
            return;
        }
        System.out.printf(
                Locale.ROOT,
                "  slope %.2f, over the upper half %.2f%n  %12s %12s %12s %9s %9s %9s %12s %7s "
                        + "%9s  %s%n",
                wholeSlope(),
                upperSlope(),
                curve.axis().replaceAll(" .*", ""),
                "ms",
                curve.unit(),
                "peak MB",
                "now MB",
                "of files",
                "faults/call",
                "major",
                "preempted",
                "ms of each process");
        for (Point point : series.points()) {
            List<Sample> all = samples.get(point.x());
            if (all != null) {
                print(point, all);
            }
        }
    }

    private void print(Point point, List<Sample> all) {
        double seconds = median(all, Sample::seconds);
        StringBuilder processes = new StringBuilder();
        for (Sample sample : all) {
            double ratio = sample.seconds() / seconds;
            processes.append(three(sample.seconds() * MILLIS));
            if (ratio > OUTLIER || ratio < 1 / OUTLIER) {
                processes.append(String.format(Locale.ROOT, " (%.1f ×)", ratio));
            }
            processes.append("  ");
        }
        System.out.printf(
                Locale.ROOT,
                "  %12.0f %12s %12s %9.0f %9.0f %9.0f %12.1f %7.0f %9.2f  %s%n",
                point.x(),
                three(seconds * MILLIS),
                three(curve.perUnit(point.task(), seconds)),
                median(all, sample -> sample.peak() / MEGA),
                median(all, sample -> sample.resident() / MEGA),
                median(all, sample -> sample.ofFiles() / MEGA),
                median(all, Sample::minorFaults),
                median(all, sample -> (double) sample.majorFaults()),
                median(all, Sample::preemptions),
                processes.toString().strip());
    }

    /** Returns the rows of a table in Markdown, with a column for each of the curve's places. */
    List<String> rows(double[] places) {
        StringBuilder times = new StringBuilder("| " + series.name() + ", ms |");
        StringBuilder units = new StringBuilder("| – " + curve.unit() + " |");
        StringBuilder memory = new StringBuilder("| – peak memory, MB |");
        for (double place : places) {
            List<Sample> all = samples.get(place);
            if (all == null) {
                List.of(times, units, memory).forEach(row -> row.append(" – |"));
                continue;
            }
            double seconds = median(all, Sample::seconds);
            times.append(" %s |".formatted(three(seconds * MILLIS)));
            units.append(" %s |".formatted(three(curve.perUnit(task(place), seconds))));
            memory.append(" %.0f |".formatted(median(all, sample -> sample.peak() / MEGA)));
        }
        times.append(
                isEmpty()
                        ? " – |"
                        : " %s; %s |".formatted(slope(wholeSlope()), slope(upperSlope())));
        return List.of(times.toString(), units + " |", memory + " |");
    }

    /** Returns the values for the JSON file. */
    Map<String, Object> values() {
        List<Map<String, Object>> points = new ArrayList<>();
        for (Point point : series.points()) {
            points.add(
                    Map.of(
                            "x",
                            point.x(),
                            "task",
                            point.task(),
                            "processes",
                            samples.getOrDefault(point.x(), List.of())));
        }
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("name", series.name());
        // JSON has no NaN.
        if (samples.size() > 1) {
            values.put("slope", wholeSlope());
        }
        if (samples.size() - samples.size() / 2 > 1) {
            values.put("upperSlope", upperSlope());
        }
        values.put("notes", notes);
        values.put("points", points);
        return values;
    }

    /** Returns a number with three digits. */
    private static String three(double value) {
        if (value >= 100 || value == 0) {
            return String.format(Locale.ROOT, "%.0f", value);
        }
        int digits = 2 - (int) Math.floor(Math.log10(value));
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }

    private Task task(double place) {
        return series.points().stream()
                .filter(point -> point.x() == place)
                .findFirst()
                .orElseThrow()
                .task();
    }

    private double[] medians(ToDoubleFunction<Sample> value, double factor) {
        return samples.values().stream().mapToDouble(all -> median(all, value) * factor).toArray();
    }

    /** Returns a slope with a minus sign, not a hyphen. */
    static String slope(double slope) {
        return String.format(Locale.ROOT, "%.2f", slope).replace('-', '−');
    }

    private static double[] sorted(List<Sample> all) {
        return all.stream().mapToDouble(sample -> sample.seconds() * MILLIS).sorted().toArray();
    }

    private static double median(List<Sample> all, ToDoubleFunction<Sample> value) {
        double[] sorted = all.stream().mapToDouble(value).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
