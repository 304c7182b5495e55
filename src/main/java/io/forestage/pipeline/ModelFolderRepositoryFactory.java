package io.forestage.pipeline;

import ai.djl.repository.FilenameUtils;
import ai.djl.repository.LocalRepository;
import ai.djl.repository.Metadata;
import ai.djl.repository.Repository;
import ai.djl.repository.RepositoryFactory;
import ai.djl.repository.SimpleRepository;
import ai.djl.util.JsonUtils;
import com.google.gson.JsonParseException;
import io.forestage.model.ServingProperties;
import io.forestage.support.Quoted;
import java.io.File;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets {@code Criteria.optModelPath(folder)} load a folder whose {@code serving.properties} names
 * Forestage's block, for every pair of types and with no other line; a .zip, .tar, .tar.gz or .tgz
 * of such a folder will do as well. DJL finds this class by itself among its services.
 *
 * <p>Every other folder and file gets the repository that DJL would give it: a test compares them.
 */
public final class ModelFolderRepositoryFactory implements RepositoryFactory {

    /** DJL's own have some 100 kB. */
    private static final long LONGEST_METADATA = 1 << 24;

    private static final Logger LOGGER =
            LoggerFactory.getLogger(ModelFolderRepositoryFactory.class);

    /** Makes the factory. */
    public ModelFolderRepositoryFactory() {}

    @Override
    public Set<String> getSupportedScheme() {
        return Set.of("file");
    }

    @Override
    public Repository newInstance(String name, URI uri) {
        Path path = path(uri);
        Optional<Properties> ours = properties(path);
        if (ours.isPresent()) {
            return new ModelFolderRepository(name, uri, path, ours.get());
        }
        return Files.isDirectory(path) && holdsRepository(path)
                ? new LocalRepository(name, path.toUri(), path) {}
                : new SimpleRepository(name, uri, path) {};
    }

    /** As DJL reads it: on Windows, {@code /C:/model} is a drive and a path. */
    private static Path path(URI uri) {
        String path = uri.getPath() == null ? uri.getSchemeSpecificPart() : uri.getPath();
        boolean drive = File.separatorChar == '\\' && path.startsWith("/");
        return Path.of(drive ? path.substring(1) : path);
    }

    /** The properties of a folder of ours, or of an archive of one. */
    private static Optional<Properties> properties(Path folder) {
        try {
            Optional<Properties> found =
                    FilenameUtils.isArchiveFile(folder.toString())
                            ? ModelArchive.servingProperties(folder)
                            : ServingProperties.find(folder);
            return found.filter(ServingProperties::areOurs);
        } catch (IOException e) {
            LOGGER.debug("{} is left to DJL", Quoted.line(folder.toString()), e);
            return Optional.empty();
        }
    }

    private static boolean holdsRepository(Path folder) {
        try (Stream<Path> tree = Files.walk(folder)) {
            return tree.filter(file -> file.endsWith("metadata.json"))
                    .filter(file -> !folder.equals(file.getParent()))
                    .filter(Files::isRegularFile)
                    .anyMatch(ModelFolderRepositoryFactory::isMetadata);
        } catch (IOException | UncheckedIOException e) {
            LOGGER.warn(
                    "{} is taken for a single model, as it cannot be searched: {}",
                    Quoted.line(folder.toString()),
                    Quoted.line(e.toString()));
            return false;
        }
    }

    private static boolean isMetadata(Path file) {
        try (Reader reader = Files.newBufferedReader(file)) {
            if (Files.size(file) > LONGEST_METADATA) {
                throw new IOException(
                        "expected at most %d bytes, found %d"
                                .formatted(LONGEST_METADATA, Files.size(file)));
            }
            Metadata metadata = JsonUtils.GSON.fromJson(reader, Metadata.class);
            return metadata != null
                    && metadata.getMetadataVersion() != null
                    && metadata.getArtifacts() != null;
        } catch (IOException | JsonParseException e) {
            LOGGER.warn(
                    "{} is no repository's: {}",
                    Quoted.line(file.toString()),
                    Quoted.line(e.toString()));
            return false;
        }
    }
}
