package io.forestage.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is told to end deletes the folder in a thread of its own. */
class StagingFolderTest {

    @TempDir Path temporary;

    @Test
    void nothingIsDeletedWhileTheFolderIsPutIntoPlace() throws Exception {
        StagingFolder staging = StagingFolder.beside(temporary.resolve("model"));
        Path file = Files.writeString(staging.path().resolve("config.json"), "{}");
        List<Thread> ending = new ArrayList<>();
        staging.putInPlace(
                () -> {
                    ending.add(startClosing(staging));
                    assertThat(file).exists();
                });
        ending.get(0).join();
        assertThat(staging.path()).doesNotExist();
    }

    @Test
    void aFolderThatIsDeletedIsNotPutIntoPlace() throws IOException {
        StagingFolder staging = StagingFolder.beside(temporary.resolve("model"));
        staging.close();
        List<String> done = new ArrayList<>();
        assertThatThrownBy(() -> staging.putInPlace(() -> done.add("exchanged")))
                .isInstanceOf(ModelFolderException.class)
                .hasMessageContaining("found it deleted");
        assertThat(done).isEmpty();
    }

    /** Returns once the thread either waits or has done all it wanted. */
    private static Thread startClosing(StagingFolder staging) {
        Thread ending = new Thread(staging::close);
        ending.start();
        while (ending.getState() != Thread.State.BLOCKED
                && ending.getState() != Thread.State.TERMINATED) {
            Thread.onSpinWait();
        }
        return ending;
    }
}
