package io.forestage.gradients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Outputs and gradients stay correct while the garbage collector frees what is no longer
 * referenced. Runs in a JVM of its own with a small heap, for 15 seconds or those of {@code
 * -Dforestage.soakSeconds}.
 */
class GradientMemoryTest {

    private static final String SECONDS = "15";

    @Test
    void noGradientReadsFreedMemory() throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-Xmx96m",
                                "-Xmn4m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Dai.djl.offline=true",
                                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                                "-cp",
                                System.getProperty("java.class.path"),
                                GradientSoak.class.getName(),
                                System.getProperty("forestage.soakSeconds", SECONDS))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        List<String> report =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .toList();

        assertThat(process.waitFor()).as("exit status").isZero();
        assertThat(report).endsWith(GradientSoak.END);
        assertThat(report.subList(0, report.size() - 1))
                .hasSizeGreaterThan(80)
                .allSatisfy(line -> assertThat(line).matches("[1-9]\\d* steps, 0 wrong: .*"));
    }
}
