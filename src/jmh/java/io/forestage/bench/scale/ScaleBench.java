package io.forestage.bench.scale;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.forestage.bench.scale.Curve.Point;
import io.forestage.plot.GrowthPicture;
import io.forestage.plot.PictureFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Measures each point of the curves in processes of their own, prints tables, and writes JSON,
 * pictures and a page's tables. The arguments: the machine in words, then {@code --quick} or not,
 * and the names of curves, or none for all.
 */
public final class ScaleBench {

    static final Path FOLDER = Path.of("target", "bench", "scale");

    /** The most that a process may need. */
    private static final long MAX_BYTES = 12_000_000_000L;

    /** What the process must leave to others. */
    private static final long SPARE_BYTES = 500_000_000L;

    private static final double GIGA = 1e9;
    private static final double WHOLE_SECONDS = 0.5;
    private static final double QUICK_SECONDS = 0.2;

    private final boolean isQuick;
    private final int processes;
    private final String machine;

    private ScaleBench(boolean isQuick, int processes, String machine) {
        this.isQuick = isQuick;
        this.processes = processes;
        this.machine = machine;
    }

    /** Runs the curves. */
    public static void main(String[] args) throws Exception {
        boolean isQuick = args.length > 1 && args[1].equals("--quick");
        List<Curve> curves = new ArrayList<>();
        for (String name : List.of(args).subList(isQuick ? 2 : 1, args.length)) {
            Optional<Curve> named =
                    Stream.of(Curve.values()).filter(curve -> curve.file().equals(name)).findAny();
            if (named.isEmpty()) {
                System.err.printf(
                        "bench: --scale: expected --quick or some of %s, found %s%n",
                        Stream.of(Curve.values())
                                .map(Curve::file)
                                .collect(Collectors.joining(", ")),
                        name);
                System.exit(2);
            }
            named.ifPresent(curves::add);
        }
        String forks = System.getenv().getOrDefault("BENCH_FORKS", isQuick ? "1" : "3");
        ScaleBench bench = new ScaleBench(isQuick, Integer.parseInt(forks), args[0]);
        curves = curves.isEmpty() ? List.of(Curve.values()) : curves;
        Files.createDirectories(FOLDER);
        StringBuilder page = new StringBuilder();
        for (Curve curve : curves) {
            page.append(bench.measure(curve));
            Files.writeString(FOLDER.resolve("tables.md"), page);
        }
        System.out.printf("%n%s%n%n%s", bench.machine, page);
    }

    /** Measures a curve, writes its files and returns its table in Markdown. */
    private String measure(Curve curve) throws IOException, InterruptedException {
        List<Growth> growths =
                curve.series(isQuick).stream().map(series -> new Growth(curve, series)).toList();
        long values = 0;
        for (Growth growth : growths) {
            for (Point point : growth.series().points()) {
                Task task = point.task();
                values = Math.max(values, (task.rows() + TableWork.POSITIONS) * task.width());
            }
        }
        TableFile.grow(values);
        // Rounds, so that what else the machine does slows down all points.
        // Along V one process was once three times as slow as others, so it has most of them.
        int rounds = curve == Curve.ROWS ? processes : (2 * processes + 2) / 3;
        for (int round = 0; round < rounds; round++) {
            System.err.printf("scale: %s, round %d of %d%n", curve.file(), round + 1, rounds);
            for (Growth growth : growths) {
                for (Point point : growth.series().points()) {
                    if (round == 0 || !point.task().isLarge()) {
                        measure(growth, point);
                    }
                }
            }
        }
        growths.forEach(Growth::print);
        write(curve, growths);
        return page(curve, growths);
    }

    private void measure(Growth growth, Point point) throws IOException, InterruptedException {
        long needed = point.task().bytes();
        long available = Math.min(MAX_BYTES, ProcessMemory.available() - SPARE_BYTES);
        if (needed > available) {
            growth.note(
                    String.format(
                            Locale.ROOT,
                            "stops before %.0f %s: they need %.1f GB, and %.1f GB may be used",
                            point.x(),
                            growth.curve().axis(),
                            needed / GIGA,
                            available / GIGA));
            return;
        }
        String task = new Gson().toJson(point.task());
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xms32m",
                                point.task().heap(),
                                "-Dai.djl.offline=true",
                                "-Dai.djl.pytorch.num_threads=" + point.task().threads(),
                                "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
                                "-cp",
                                System.getProperty("java.class.path"),
                                ScaleProcess.class.getName(),
                                task,
                                Double.toString(isQuick ? QUICK_SECONDS : WHOLE_SECONDS))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(
                    "%s: expected a measurement, found exit status %d; see the lines above"
                            .formatted(task, process.exitValue()));
        }
        growth.add(point, new Gson().fromJson(answer, Sample.class));
    }

    private void write(Curve curve, List<Growth> growths) throws IOException {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("machine", machine);
        json.put("curve", curve.title());
        json.put("series", growths.stream().map(Growth::values).toList());
        Files.writeString(
                FOLDER.resolve(curve.file() + ".json"),
                new GsonBuilder().setPrettyPrinting().create().toJson(json) + "\n");
        List<GrowthPicture.Line> lines = new ArrayList<>();
        for (Growth growth : growths) {
            if (!growth.isEmpty()) {
                lines.add(
                        new GrowthPicture.Line(
                                growth.series().name(),
                                "slope " + Growth.slope(growth.upperSlope()),
                                growth.xs(),
                                growth.millis(),
                                growth.fastest(),
                                growth.slowest(),
                                growth.megabytes()));
            }
        }
        GrowthPicture picture =
                new GrowthPicture(curve.title(), curve.axis(), curve.idealSlope(), lines);
        for (String ending : List.of(".svg", ".png")) {
            new PictureFile(FOLDER.resolve("scale-" + curve.file() + ending)).write(picture);
        }
    }

    private static String page(Curve curve, List<Growth> growths) {
        double[] places =
                growths.stream()
                        .flatMapToDouble(
                                growth -> growth.series().points().stream().mapToDouble(Point::x))
                        .distinct()
                        .sorted()
                        .toArray();
        StringBuilder page = new StringBuilder("| %s |".formatted(curve.title()));
        for (double place : places) {
            page.append(" %s |".formatted(GrowthPicture.number(place)));
        }
        page.append(" slope: all; upper half |\n|").append("---|".repeat(places.length + 2));
        for (Growth growth : growths) {
            growth.rows(places).forEach(row -> page.append('\n').append(row));
        }
        return page.append("\n\n").toString();
    }
}
