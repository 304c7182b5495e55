package io.forestage.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.forestage.testing.TinyModel;
import io.forestage.weights.ElementType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Other files in a model folder stay unchanged when the model is replaced. */
class KeptFilesTest {

    @TempDir Path temporary;

    private Path source;
    private Path target;

    @BeforeEach
    void importOnce() throws IOException {
        source = TinyModel.write(temporary.resolve("source"), ElementType.F32, "");
        target = temporary.resolve("target");
        new ModelImport(source, target).run(ImportOptions.defaults());
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aPipeIsKeptAndNotReadFrom() throws Exception {
        Path pipe = target.resolve("pipe");
        Process made = new ProcessBuilder("mkfifo", pipe.toString()).start();
        assumeThat(made.waitFor(10, TimeUnit.SECONDS) && made.exitValue() == 0).isTrue();
        new ModelImport(source, target).run(ImportOptions.defaults().withForce());
        assertThat(Files.exists(pipe)).isTrue();
        assertThat(Files.isRegularFile(pipe)).isFalse();
    }

    @Test
    void aFolderThatMayNotBeWrittenToIsKept() throws Exception {
        Path kept = Files.createDirectory(target.resolve("kept"));
        Files.writeString(kept.resolve("notes.txt"), "the user's own");
        Files.setPosixFilePermissions(kept, PosixFilePermissions.fromString("r-xr-xr-x"));

        new ModelImport(source, target).run(ImportOptions.defaults().withForce());

        assertThat(kept.resolve("notes.txt")).hasContent("the user's own");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept)))
                .isEqualTo("r-xr-xr-x");
        assertThat(temporary.toFile().list()).containsExactlyInAnyOrder("source", "target");
        Files.setPosixFilePermissions(kept, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void argumentsAddedToServingPropertiesAreKept() throws Exception {
        Path properties = target.resolve("serving.properties");
        String own = Files.readString(properties) + "pooling=mean\n";
        Files.writeString(properties, own);

        ImportReport report =
                new ModelImport(source, target).run(ImportOptions.defaults().withForce());

        assertThat(properties).hasContent(own);
        assertThat(report.files())
                .as("files that were written")
                .contains("config.json")
                .doesNotContain("serving.properties");
    }
}
