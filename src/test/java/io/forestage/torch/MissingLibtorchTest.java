package io.forestage.torch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.EngineException;
import ai.djl.util.Platform;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program without pytorch-native-cpu and without a network. */
class MissingLibtorchTest {

    @Test
    void theErrorHasTheDependencyToAdd(@TempDir Path cache) throws Exception {
        String classPath =
                Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                        .filter(path -> !path.contains("pytorch-native-cpu"))
                        .collect(Collectors.joining(File.pathSeparator));
        ProcessBuilder java =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-Dai.djl.offline=true",
                                "-cp",
                                classPath,
                                Program.class.getName())
                        .redirectError(ProcessBuilder.Redirect.INHERIT);
        java.environment().put("DJL_CACHE_DIR", cache.toString());
        Process process = java.start();

        assertThat(process.inputReader(StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "libtorch: expected ai.djl.pytorch:pytorch-native-cpu:2.7.1 with the"
                                + " classifier "
                                + Platform.fromSystem("pytorch").getClassifier()
                                + " among the program's dependencies, or a download by DJL, found"
                                + " no such jar and no download (IOException: Offline mode is"
                                + " enabled.); add the dependency with scope runtime, or start the"
                                + " program once with a network");
        assertThat(process.waitFor()).isZero();
    }

    /** Prints why the engine does not start. */
    static final class Program {

        private Program() {}

        public static void main(String[] args) {
            try {
                System.out.println(TorchEngine.get());
            } catch (EngineException expected) {
                System.out.println(expected.getMessage());
            }
        }
    }
}
