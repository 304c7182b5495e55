package io.forestage.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.repository.Repository;
import io.forestage.model.ServingProperties;
import io.forestage.testing.TinyModel;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Forestage answers DJL for folders of its own, and for no others. */
class RepositoryTest {

    @TempDir Path temporary;

    @Test
    void aFolderOfOursIsARepositoryOfOurs() throws Exception {
        Path folder = TinyModel.write(temporary.resolve("model"));
        ServingProperties.write(folder, ServingProperties.Classes.ON_CLASS_PATH, false);

        assertThat(Repository.newInstance("", folder)).isInstanceOf(ModelFolderRepository.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"translatorFactory", "translator"})
    void aTranslatorOfTheOwnersIsNotReplaced(String key) throws Exception {
        Path folder = TinyModel.write(temporary.resolve("model"));
        Files.writeString(
                folder.resolve("serving.properties"),
                "blockFactory=%s\n%s=org.example.Own\n"
                        .formatted(ServingProperties.BLOCK_FACTORY, key));

        Repository repository = Repository.newInstance("", folder);
        Map<String, Object> arguments =
                repository.getResources().get(0).getDefaultArtifact().getArguments();

        assertThat(arguments.get("translatorFactory"))
                .isEqualTo(key.equals("translator") ? null : "org.example.Own");
    }

    @ParameterizedTest
    @EnumSource
    void everythingElseIsWhatDjlMakesOfItWithoutForestage(Place place) throws Exception {
        Path path = place.make(temporary.resolve("a place"));

        String found = describe(Repository.class, path);

        assertThat(found).isEqualTo(describe(repositoryWithoutForestage(), path));
    }

    /** What a local repository, a model, an archive and other things look like. */
    private enum Place {
        NOTHING,
        EMPTY_FOLDER,
        MODEL_FOLDER,
        OTHER_SERVING_PROPERTIES,
        MALFORMED_SERVING_PROPERTIES,
        LOCAL_REPOSITORY,
        METADATA_OF_SOMETHING_ELSE,
        METADATA_THAT_IS_NO_JSON,
        ARCHIVE,
        FILE;

        Path make(Path path) throws IOException {
            if (this == ARCHIVE) {
                Path archive = path.resolveSibling("model.zip");
                try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
                    zip.putNextEntry(new ZipEntry("config.json"));
                }
                return archive;
            }
            if (this == FILE) {
                return Files.writeString(path, "a file");
            }
            if (this == NOTHING) {
                return path;
            }
            Files.createDirectories(path);
            switch (this) {
                case MODEL_FOLDER -> TinyModel.config(path, "");
                case OTHER_SERVING_PROPERTIES ->
                        Files.writeString(path.resolve("serving.properties"), "engine=Python");
                case MALFORMED_SERVING_PROPERTIES ->
                        Files.writeString(path.resolve("serving.properties"), "a=\\u12");
                case LOCAL_REPOSITORY ->
                        metadata(
                                path,
                                """
                                {"metadataVersion": "0.2", "resourceType": "model",
                                 "application": "nlp/text_embedding", "groupId": "a.group",
                                 "artifactId": "model", "artifacts": []}
                                """);
                case METADATA_OF_SOMETHING_ELSE -> metadata(path, "{\"name\": \"other\"}");
                case METADATA_THAT_IS_NO_JSON -> metadata(path, "[");
                default -> {}
            }
            return path;
        }

        private static void metadata(Path path, String json) throws IOException {
            Path folder = path.resolve("model/nlp/text_embedding/a/group/model");
            Files.createDirectories(folder);
            Files.writeString(folder.resolve("metadata.json"), json, StandardCharsets.UTF_8);
        }
    }

    /** The kind of a place's repository, where it says it is, and the models in it. */
    private static String describe(Class<?> repositories, Path path) throws Exception {
        Object repository =
                repositories
                        .getMethod("newInstance", String.class, Path.class)
                        .invoke(null, "name", path);
        Class<?> kind = repository.getClass();
        while (!kind.getName().startsWith("ai.djl.")) {
            kind = kind.getSuperclass();
        }
        return List.of(
                        kind.getName(),
                        repositories.getMethod("isRemote").invoke(repository),
                        repositories.getMethod("getBaseUri").invoke(repository),
                        repositories.getMethod("getResources").invoke(repository))
                .toString();
    }

    /** DJL in a class loader of its own, in which Forestage is not among the services. */
    private static Class<?> repositoryWithoutForestage() throws Exception {
        URL[] libraries =
                Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                        .map(Path::of)
                        .filter(path -> path.toString().endsWith(".jar"))
                        .map(RepositoryTest::url)
                        .toArray(URL[]::new);
        ClassLoader alone = new URLClassLoader(libraries, ClassLoader.getPlatformClassLoader());
        Thread thread = Thread.currentThread();
        ClassLoader usual = Objects.requireNonNull(thread.getContextClassLoader());
        thread.setContextClassLoader(alone);
        try {
            Class<?> repositories = Class.forName(Repository.class.getName(), true, alone);
            // The services are looked for at the first use.
            describe(repositories, Path.of("."));
            return repositories;
        } finally {
            thread.setContextClassLoader(usual);
        }
    }

    private static URL url(Path path) {
        try {
            return path.toUri().toURL();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
