package io.forestage.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.forestage.InputStage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that are not Forestage's load as if it were not there, from every kind of place. */
class OtherModelsTest {

    private static final Path SCRIPTED = Path.of("src/test/resources/pipeline/classifier.pt");

    @TempDir Path temporary;

    @Test
    void otherModelsLoadAsTheyDoWithoutForestage() throws Exception {
        String[] places = {
            SCRIPTED.toAbsolutePath().toString(),
            folder("a folder").toString(),
            folder("outer/inner").resolveSibling("").toString(),
            folder("url").toUri() + "?model_name=classifier&arg=value",
            withProperties("other", "engine=PyTorch\narg=value\noption.mapLocation=true\n")
                    .toString(),
            withProperties("no-such-block", "blockFactory=org.example.Block\n").toString(),
            archive().toString(),
            repository("nlp/text_embedding").toString(),
            temporary.resolve("nothing").toString(),
            Files.createDirectory(temporary.resolve("empty")).toString(),
        };

        List<String> without = outcomes(List.of(), places);
        List<String> with = outcomes(List.of(JavaProcess.placeOf(InputStage.class)), places);

        assertThat(with).isEqualTo(without).hasSize(places.length);
        assertThat(without.stream().filter(line -> line.contains(": classifier in "))).hasSize(7);
    }

    private List<String> outcomes(List<Path> extra, String... places) throws Exception {
        return new JavaProcess(temporary, "OtherModels", extra)
                .run(OtherModelsProcess.class, places);
    }

    private Path folder(String name) throws IOException {
        Path folder = Files.createDirectories(temporary.resolve(name));
        Files.copy(SCRIPTED, folder.resolve("classifier.pt"));
        return folder;
    }

    private Path withProperties(String name, String properties) throws IOException {
        Path folder = folder(name);
        Files.writeString(folder.resolve("serving.properties"), properties);
        return folder;
    }

    private Path archive() throws IOException {
        Path archive = temporary.resolve("model.zip");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
            zip.putNextEntry(new ZipEntry("classifier.pt"));
            Files.copy(SCRIPTED, zip);
        }
        return archive;
    }

    /** A folder as DJL's own model zoo has it. */
    private Path repository(String application) throws IOException {
        Path root = temporary.resolve("repository");
        Path model = root.resolve("model/" + application + "/a/group/classifier");
        Files.createDirectories(model);
        Files.copy(SCRIPTED, model.resolve("classifier.pt"));
        Files.writeString(
                model.resolve("metadata.json"),
                """
                {"metadataVersion": "0.2", "resourceType": "model", "application": "%s",
                 "groupId": "a.group", "artifactId": "classifier",
                 "artifacts": [{"version": "0.0.1", "name": "classifier", "properties": {},
                   "arguments": {"arg": "value"},
                   "files": {"model": {"uri": "classifier.pt", "name": "classifier.pt"}}}]}
                """
                        .formatted(application));
        return root;
    }
}
