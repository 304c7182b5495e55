package io.forestage.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A Java of its own, with DJL and the tests' classes whose names begin alike, and with Forestage
 * only where it is asked for.
 *
 * @param folder where it may write
 * @param names how the names of the tests' classes begin
 * @param extra what else is on its class path
 */
record JavaProcess(Path folder, String names, List<Path> extra) {

    /** Runs a program to its end, and returns the lines that it printed. */
    List<String> run(Class<?> program, String... arguments) throws Exception {
        List<String> classPath = new ArrayList<>();
        classPath.add(programs().toString());
        extra.forEach(path -> classPath.add(path.toString()));
        classPath.addAll(libraries());
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-Dai.djl.offline=true",
                                "-DDJL_CACHE_DIR=" + Files.createTempDirectory(folder, "cache"),
                                "-cp",
                                String.join(File.pathSeparator, classPath),
                                program.getName()));
        command.addAll(List.of(arguments));
        Process process =
                new ProcessBuilder(command)
                        .redirectError(folder.resolve("errors").toFile())
                        .start();
        List<String> lines =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .toList();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        return lines;
    }

    /** The folder or jar that a class is from. */
    static Path placeOf(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    private Path programs() throws Exception {
        Path root = Files.createTempDirectory(folder, "programs");
        String room = getClass().getPackageName().replace('.', '/');
        Path classes = Files.createDirectories(root.resolve(room));
        try (Stream<Path> files = Files.list(placeOf(getClass()).resolve(room))) {
            for (Path file : files.filter(f -> named(f).startsWith(names)).toList()) {
                Files.copy(file, classes.resolve(named(file)));
            }
        }
        return root;
    }

    private static String named(Path file) {
        return file.getFileName().toString();
    }

    /** Every library but jtokkit, which no server has. */
    private static List<String> libraries() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> entry.endsWith(".jar") && !entry.contains("jtokkit"))
                .toList();
    }
}
