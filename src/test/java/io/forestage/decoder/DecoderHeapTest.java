package io.forestage.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The blocks in a JVM whose heap is nearly full: the collector runs all the time. */
class DecoderHeapTest {

    private static final String SMALL = "-Xmx20m";
    private static final String LARGE = "-Xmx1g";
    private static final int SECONDS = 240;

    @TempDir Path folder;

    /** Arrays that nobody closed would fill the heap, and take native memory before. */
    @ParameterizedTest
    @ValueSource(strings = {"softmax", "linear elu", "fmm 20 elu,exponentials:16:1"})
    void twoThousandTokensTakeTheArraysOfAHundred(String attention) throws Exception {
        String said = run(SMALL, "generate", attention, "2000");

        assertThat(said).matches("2000 tokens, ([1-9][0-9]*) and \\1 arrays");
    }

    @ParameterizedTest
    @ValueSource(strings = {"softmax", "linear elu", "fmm 7 elu,exponentials:16:1"})
    void gradientsHaveTheSameBitsWithALargeHeap(String attention) throws Exception {
        String small = run(SMALL, "train", attention);

        assertThat(small).matches("200 steps, loss [0-9.]+ to [0-9.]+, bits [0-9a-f]{8}");
        assertThat(run(LARGE, "train", attention)).isEqualTo(small);
    }

    private String run(String heap, String... arguments) throws Exception {
        Path out = folder.resolve("out.txt");
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                heap,
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-DOPT_OUT_TRACKING=true",
                                "-Dai.djl.offline=true",
                                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                                "-cp",
                                System.getProperty("java.class.path"),
                                DecoderHeapProcess.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .redirectOutput(out.toFile());
        // Several threads wait for each other at every tiny product when the machine is busy.
        builder.environment().put("OMP_NUM_THREADS", "1");
        Process process = builder.start();
        try {
            return process.waitFor(SECONDS, TimeUnit.SECONDS)
                    ? Files.readString(out).strip()
                    : "not done in %d seconds".formatted(SECONDS);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }
}
