package io.forestage.bench.scale;

import io.forestage.bench.Tokens;
import io.forestage.bench.scale.Task.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import java.util.stream.DoubleStream;

/** A quantity that grows, and the work whose time and memory are measured along it. */
enum Curve {
    ROWS("V: rows of the table (D = 64, 8 × 1024 ids)", "rows", 0, "ns an id") {
        @Override
        List<Series> series(boolean isQuick) {
            double[] rows =
                    isQuick
                            ? new double[] {1e4, 1e5, 1e6}
                            : new double[] {1e4, 3e4, 1e5, 3e5, 1e6, 3e6, 1e7};
            List<Series> series = new ArrayList<>();
            for (Kind kind : List.of(Kind.STAGE, Kind.FUSED)) {
                for (Tokens ids : Tokens.values()) {
                    series.add(
                            of(
                                    label(kind) + (ids == Tokens.ZIPF ? ", as text" : ", uniform"),
                                    rows,
                                    x -> Task.gpt2(kind).withTable((long) x, NARROW).withIds(ids)));
                }
            }
            series.add(
                    of(
                            "step optSparse, uniform",
                            rows,
                            x -> Task.gpt2(Kind.SPARSE).withTable((long) x, NARROW)));
            return series;
        }
    },
    WIDTH("D: width of a row (V = 50257, 8 × 1024 ids)", "values a row", 1, "ns a value") {
        @Override
        List<Series> series(boolean isQuick) {
            double[] widths =
                    isQuick
                            ? new double[] {64, 256, 1024}
                            : new double[] {64, 128, 256, 512, 1024, 2048, 4096};
            return List.of(Kind.STAGE, Kind.FUSED, Kind.SPARSE).stream()
                    .map(
                            kind ->
                                    of(
                                            label(kind),
                                            widths,
                                            x -> Task.gpt2(kind).withTable(50257, (long) x)))
                    .toList();
        }

        @Override
        double units(Task task) {
            return (double) task.units() * task.width();
        }
    },
    IDS("B · T: ids of a batch (V = 50257, D = 768)", "ids", 1, "ns an id") {
        @Override
        List<Series> series(boolean isQuick) {
            double[] ids =
                    isQuick
                            ? new double[] {1, 100, 1e4}
                            : new double[] {1, 10, 100, 1e3, 3e3, 1e4, 3e4, 1e5, 3e5, 1e6};
            return List.of(Kind.STAGE, Kind.FUSED, Kind.SPARSE).stream()
                    .map(
                            kind ->
                                    of(
                                            label(kind),
                                            ids,
                                            x -> {
                                                long length = (long) Math.min(x, MAX_LENGTH);
                                                return Task.gpt2(kind)
                                                        .withBatch((long) x / length, length);
                                            }))
                    .toList();
        }
    },
    THREADS("Threads (V = 50257, D = 768, 8 × 1024 ids)", "threads", -1, "ns a byte, id or text") {
        @Override
        List<Series> series(boolean isQuick) {
            int cores = Runtime.getRuntime().availableProcessors();
            double[] threads =
                    DoubleStream.iterate(1, x -> x <= Math.max(4, cores), x -> 2 * x).toArray();
            return List.of(
                    of(
                            "tokens of 10 MB",
                            threads,
                            x ->
                                    Task.gpt2(Kind.TEXT)
                                            .withBatch(10 * MILLION, 1)
                                            .withThreads((int) x)),
                    of(label(Kind.FUSED), threads, x -> Task.gpt2(Kind.FUSED).withThreads((int) x)),
                    of(label(Kind.STAGE), threads, x -> Task.gpt2(Kind.STAGE).withThreads((int) x)),
                    of(
                            "predictors, a text",
                            threads,
                            x -> Task.gpt2(Kind.PREDICTORS).withThreads((int) x)));
        }
    },
    TEXT("Length of a text; of a file with lines of 1 kB, D = 128", "bytes of ASCII", 1, "MB/s") {
        @Override
        List<Series> series(boolean isQuick) {
            double[] bytes =
                    isQuick
                            ? new double[] {1e3, 1e5, 1e7}
                            : new double[] {1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
            return List.of(
                    of(
                            "one String to ids",
                            bytes,
                            x -> Task.gpt2(Kind.TEXT).withBatch((long) x, 1)),
                    of(
                            "embed --lines to .npy",
                            bytes,
                            x -> Task.gpt2(Kind.LINES).withBatch((long) x, 1).withThreads(1)));
        }

        @Override
        double perUnit(Task task, double seconds) {
            return units(task) / seconds / MILLION;
        }
    };

    private static final long NARROW = 64;
    private static final double MAX_LENGTH = 1000;
    private static final long MILLION = 1_000_000;
    private static final double NANOS = 1e9;

    private final String title;
    private final String axis;
    private final double idealSlope;
    private final String unit;

    Curve(String title, String axis, double idealSlope, String unit) {
        this.title = title;
        this.axis = axis;
        this.idealSlope = idealSlope;
        this.unit = unit;
    }

    /** The work along one line of the picture. */
    record Series(String name, List<Point> points) {}

    /** A place on the axis and what is measured there. */
    record Point(double x, Task task) {}

    abstract List<Series> series(boolean isQuick);

    /** The number of units among which the time is divided. */
    double units(Task task) {
        return task.units();
    }

    /** The time per unit, or for texts the speed. */
    double perUnit(Task task, double seconds) {
        return seconds * NANOS / units(task);
    }

    String title() {
        return title;
    }

    String axis() {
        return axis;
    }

    /** The slope if nothing but the work itself took time. */
    double idealSlope() {
        return idealSlope;
    }

    String unit() {
        return unit;
    }

    /** The name of the curve's files. */
    String file() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static Series of(String name, double[] xs, DoubleFunction<Task> task) {
        return new Series(
                name, DoubleStream.of(xs).mapToObj(x -> new Point(x, task.apply(x))).toList());
    }

    private static String label(Kind kind) {
        return switch (kind) {
            case STAGE -> "stage forward";
            case FUSED -> "step optFused";
            case SPARSE -> "step optSparse";
            case TEXT, LINES, PREDICTORS -> throw new IllegalArgumentException(kind.name());
        };
    }
}
