package io.forestage.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.inference.Predictor;
import ai.djl.repository.Repository;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.util.Utils;
import io.forestage.model.ServingProperties;
import io.forestage.testing.TinyModel;
import io.forestage.weights.ElementType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A model folder packed into one file, as it is handed from one machine to another. */
class ArchiveTest {

    @TempDir Path temporary;
    private Path model;

    /** DJL unpacks archives there; its native code stays where it is. */
    @BeforeEach
    void setCache() {
        System.setProperty("ENGINE_CACHE_DIR", Utils.getEngineCacheDir().toString());
        System.setProperty("DJL_CACHE_DIR", temporary.resolve("cache").toString());
    }

    @AfterEach
    void resetCache() {
        System.clearProperty("DJL_CACHE_DIR");
        System.clearProperty("ENGINE_CACHE_DIR");
    }

    @BeforeEach
    void write() throws IOException {
        model = TinyModel.write(temporary.resolve("tiny"));
        ServingProperties.write(model, ServingProperties.Classes.ON_CLASS_PATH, false);
    }

    @ParameterizedTest
    @CsvSource({
        "model.zip, ''",
        "model.zip, tiny/",
        "model.tar, ./",
        "model.tar, tiny/",
        "model.tgz, ./",
        "model.tar.gz, tiny/"
    })
    void itLoadsAsTheFolderDoes(String name, String prefix) throws Exception {
        Path archive = pack(temporary.resolve(name), prefix);

        assertThat(vector(archive)).isEqualTo(vector(model));
    }

    @Test
    void anotherModelOfTheSameNameIsNotTakenForTheFirst() throws Exception {
        Path archive = pack(temporary.resolve("model.zip"), "");
        float[] first = vector(archive);
        TinyModel.write(model, ElementType.F32, "transformer.");
        Files.delete(model.resolve("model.safetensors"));
        TinyModel.config(model, ", \"forestage_random_seed\": 3");
        pack(archive, "");

        assertThat(vector(archive)).isNotEqualTo(first).isEqualTo(vector(model));
    }

    @Test
    void anArchiveOfSomethingElseIsLeftToDjl() throws Exception {
        Files.writeString(model.resolve("serving.properties"), "engine=Python");
        for (String name : List.of("other.zip", "other.tar", "other.tar.gz")) {
            Path archive = pack(temporary.resolve(name), "");

            assertThat(Repository.newInstance("", archive))
                    .isNotInstanceOf(ModelFolderRepository.class);
        }
    }

    @ParameterizedTest
    @CsvSource({"model.zip", "model.tar", "model.tar.gz"})
    void whatIsNoArchiveIsLeftToDjl(String name) throws Exception {
        Path archive = Files.writeString(temporary.resolve(name), "no archive".repeat(100));

        assertThat(Repository.newInstance("", archive))
                .isNotInstanceOf(ModelFolderRepository.class);
        assertThatThrownBy(() -> vector(archive))
                .isInstanceOfAny(IOException.class, ModelNotFoundException.class);
    }

    private static float[] vector(Path place) throws Exception {
        try (ZooModel<String, float[][]> loaded =
                        Criteria.builder()
                                .setTypes(String.class, float[][].class)
                                .optModelPath(place)
                                .build()
                                .loadModel();
                Predictor<String, float[][]> predictor = loaded.newPredictor()) {
            return predictor.predict("Hello")[0];
        }
    }

    private Path pack(Path archive, String prefix) throws Exception {
        String name = archive.getFileName().toString();
        if (name.endsWith(".zip")) {
            try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive));
                    Stream<Path> files = Files.list(model)) {
                for (Path file : files.sorted().toList()) {
                    zip.putNextEntry(new ZipEntry(prefix + file.getFileName()));
                    Files.copy(file, zip);
                }
            }
            return archive;
        }
        boolean inFolder = prefix.equals(model.getFileName() + "/");
        List<String> command = new ArrayList<>(List.of("tar", "-cf", archive.toString()));
        command.addAll(List.of("-C", (inFolder ? temporary : model).toString()));
        if (name.endsWith("z")) {
            command.set(1, "-czf");
        }
        command.add(inFolder ? model.getFileName().toString() : ".");
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
        return archive;
    }
}
