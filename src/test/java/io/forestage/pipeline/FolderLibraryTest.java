package io.forestage.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forestage.model.ModelFolderException;
import io.forestage.model.ServingProperties;
import io.forestage.testing.TinyModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
    void nothingIsWrittenThroughALink() throws Exception {
        Path folder = TinyModel.write(temporary.resolve("model"));
        Path victim = Files.writeString(temporary.resolve("victim"), "precious");
        Path elsewhere = Files.createDirectory(temporary.resolve("elsewhere"));
        Files.createSymbolicLink(folder.resolve("forestage-lib.jar"), victim);
        FolderLibrary.addTo(folder, false);

        Path properties = folder.resolve("serving.properties");
        Files.delete(properties);
        Files.createSymbolicLink(properties, victim);
        assertThatThrownBy(() -> FolderLibrary.addTo(folder, true))
                .hasMessageContaining("serving.properties: expected a file, found a link");

        Files.delete(properties);
        Path library = Files.move(folder.resolve("lib"), temporary.resolve("lib"));
        Files.createSymbolicLink(folder.resolve("lib"), elsewhere);
        assertThatThrownBy(() -> FolderLibrary.addTo(folder, false))
                .hasMessageContaining("lib: expected a folder, found a link");

        assertThat(library).isNotEmptyDirectory();
        assertThat(victim).hasContent("precious");
        assertThat(elsewhere).isEmptyDirectory();
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
        List<String> lines =
                new JavaProcess(temporary, "Server", List.of())
                        .run(ServerProcess.class, folder.toString());
        return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
    }
}
