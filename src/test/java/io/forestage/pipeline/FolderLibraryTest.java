package io.forestage.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forestage.model.ModelFolderException;
import io.forestage.model.ServingProperties;
import io.forestage.testing.TinyModel;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderLibraryTest {

    private static final String HELLO_WORLD =
            "200 [[15496.0,15496.5,15497.0],[995.0156,995.5156,996.0156]]";

    @TempDir Path temporary;

    @Test
    void aServerWithoutForestageFindsItInTheFoldersLib() throws Exception {
        Path folder = TinyModel.write(temporary.resolve("model"));

        List<Path> written = FolderLibrary.addTo(folder, false);

        assertThat(written)
                .extracting(Path::toString)
                .containsExactly(
                        "serving.properties",
                        "lib/forestage.jar",
                        "lib/jtokkit.jar",
                        "forestage-lib.jar");
        assertThat(serve(folder)).isEqualTo(HELLO_WORLD);
    }

    @Test
    void aServerWithoutForestageCannotLoadAFolderWithoutLib() throws Exception {
        Path folder = TinyModel.write(temporary.resolve("model"));
        ServingProperties.write(folder, ServingProperties.Classes.ON_CLASS_PATH, false);

        assertThat(serve(folder)).isEmpty();
    }

    @Test
    void ownArgumentsStayInServingProperties() throws Exception {
        Path folder = TinyModel.write(temporary.resolve("model"));
        ServingProperties.write(folder, ServingProperties.Classes.ON_CLASS_PATH, false);
        Path file = folder.resolve("serving.properties");
        Files.writeString(file, Files.readString(file) + "batch_size=8\n");

        FolderLibrary.addTo(folder, false);

        assertThat(file)
                .content()
                .contains(
                        "batch_size=8\n",
                        "translator=" + EmbeddingServingTranslator.class.getName())
                .doesNotContain("translatorFactory=");
    }

    @Test
    void theFileOfAnotherProgramIsReplacedOnlyByForce() throws Exception {
        Path folder = TinyModel.write(temporary.resolve("model"));
        Path file = Files.writeString(folder.resolve("serving.properties"), "engine=Python\n");

        assertThatThrownBy(() -> FolderLibrary.addTo(folder, false))
                .isInstanceOf(ModelFolderException.class)
                .hasMessageContaining("found the file of another program; --force replaces it");
        assertThat(file).hasContent("engine=Python");

        FolderLibrary.addTo(folder, true);
        assertThat(file).content().contains("engine=PyTorch");
    }

    @Test
    void aFolderWithoutAModelIsRefused() {
        assertThatThrownBy(() -> FolderLibrary.addTo(temporary, false))
                .isInstanceOf(ModelFolderException.class)
                .hasMessageContaining("config.json");
        assertThat(temporary).isEmptyDirectory();
    }

    /** The last line that a server prints, in a process of its own without Forestage. */
    private String serve(Path folder) throws Exception {
        Path classes = Files.createDirectories(temporary.resolve("server/io/forestage/pipeline"));
        Path tests =
                Path.of(
                        ServerProcess.class
                                .getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toURI());
        for (Path file : list(tests.resolve("io/forestage/pipeline"))) {
            if (file.getFileName().toString().startsWith("Server")) {
                Files.copy(file, classes.resolve(file.getFileName()));
            }
        }
        String libraries =
                Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                        .filter(entry -> entry.endsWith(".jar") && !entry.contains("jtokkit"))
                        .collect(Collectors.joining(File.pathSeparator));
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-Dai.djl.offline=true",
                                "-cp",
                                temporary.resolve("server") + File.pathSeparator + libraries,
                                ServerProcess.class.getName(),
                                folder.toString())
                        .redirectError(temporary.resolve("errors").toFile())
                        .start();
        List<String> lines =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .toList();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
    }

    private static List<Path> list(Path folder) throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
