package io.forestage.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forestage.testing.OtherUser;
import io.forestage.testing.Pipes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What other users have put into a download's folder is neither used nor changed. */
class PlantedStagingTest {

    @TempDir Path temporary;

    private Path folder;
    private Path elsewhere;
    private Path victim;

    @BeforeEach
    void writeVictim() throws IOException {
        folder = temporary.resolve(".model-download");
        elsewhere = Files.createDirectory(temporary.resolve("elsewhere"));
        victim = Files.writeString(elsewhere.resolve("victim"), "precious");
    }

    @ParameterizedTest
    @ValueSource(strings = {".", ".forestage-download", "model"})
    void aLinkToAFolderIsNotFollowed(String name) throws IOException {
        Path link = folder.resolve(name).normalize();
        if (!link.equals(folder)) {
            Files.createDirectories(folder.resolve(".forestage-download"));
            Files.deleteIfExists(link);
        }
        Files.createSymbolicLink(link, elsewhere);
        assertRefused(link.equals(folder) || name.equals("model") ? link : folder);
        assertThat(elsewhere.toFile().list()).containsExactly("victim");
        assertThat(victim).hasContent("precious");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ".forestage-download/lock",
                ".forestage-download/journal.json",
                "model/model.safetensors",
                "model/config.json"
            })
    void aLinkToAFileIsNotFollowed(String name) throws IOException {
        makeFolders();
        Files.createSymbolicLink(folder.resolve(name), victim);
        assertRefused(folder.resolve(name));
        assertThat(victim).hasContent("precious");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ".forestage-download/lock",
                ".forestage-download/journal.json",
                "model/model.safetensors"
            })
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aPipeIsNotOpened(String name) throws Exception {
        makeFolders();
        assertRefused(Pipes.make(folder.resolve(name)));
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "model", ".forestage-download", "model/config.json"})
    void filesOfAnotherUserAreRefused(String name) throws IOException {
        makeFolders();
        Path config = Files.writeString(folder.resolve("model/config.json"), "{}");
        Path given = OtherUser.give(folder.resolve(name).normalize());
        assertRefused(given);
        assertThat(config).hasContent("{}");
    }

    @Test
    void aKilledDownloadsTemporaryFilesAreDeleted() throws IOException {
        makeFolders();
        Files.createFile(folder.resolve("model/.forestage-killed.tmp"));
        try (DownloadFolder staging = DownloadFolder.open(folder)) {
            assertThat(staging.model()).isEmptyDirectory();
        }
        assertThat(folder).doesNotExist();
    }

    private void makeFolders() throws IOException {
        Files.createDirectories(folder.resolve(".forestage-download"));
        Files.createDirectories(folder.resolve("model"));
    }

    private void assertRefused(Path place) {
        assertThatThrownBy(() -> DownloadFolder.open(folder).begin(HubModel.parse("gpt2"), null))
                .isInstanceOf(HubException.class)
                .hasMessageContaining(place.toString());
    }
}
