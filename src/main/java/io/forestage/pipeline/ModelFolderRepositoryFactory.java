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
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets {@code Criteria.optModelPath(folder)} load a folder whose {@code serving.properties} names
 * Forestage's block, for every pair of types and without further settings; a .zip, .tar, .tar.gz or
 * .tgz of such a folder too. DJL finds this class as a service.
 *
 * <p>Every other folder and file gets the same repository as from DJL, which a test checks.
 */
public final class ModelFolderRepositoryFactory implements RepositoryFactory {

    /** DJL's own files have about 100 kB. */
    private static final long MAX_METADATA_BYTES = 1 << 24;

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

    /** The properties of a Forestage folder, or of an archive of one. */
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
                    "{} is treated as a single model, as it cannot be searched: {}",
                    Quoted.line(folder.toString()),
                    Quoted.line(e.toString()));
            return false;
        }
    }

    private static boolean isMetadata(Path file) {
        try (Reader reader = Files.newBufferedReader(file)) {
            if (Files.size(file) > MAX_METADATA_BYTES) {
                throw new IOException(
                        "expected at most %d bytes, found %d"
                                .formatted(MAX_METADATA_BYTES, Files.size(file)));
            }
            Metadata metadata = JsonUtils.GSON.fromJson(reader, Metadata.class);
            return metadata != null
                    && metadata.getMetadataVersion() != null
                    && metadata.getArtifacts() != null;
        } catch (IOException | JsonParseException e) {
            LOGGER.warn(
                    "{} is not the metadata of a repository: {}",
                    Quoted.line(file.toString()),
                    Quoted.line(e.toString()));
            return false;
        }
    }

    /** An archive of a model folder, or of a folder that contains one. */
    private static final class ModelArchive {

        /** About a hundred times the size of the file that Forestage writes. */
        private static final int MAX_BYTES = 1 << 16;

        private ModelArchive() {}

        /**
         * Reads serving.properties from the archive. A .tar is read up to it, or to the end if it
         * has none.
         */
        static Optional<Properties> servingProperties(Path archive) throws IOException {
            if (!Files.isRegularFile(archive)) {
                return Optional.empty();
            }
            return switch (FilenameUtils.getFileType(archive.toString())) {
                case "zip" -> ofZip(archive);
                case "tgz" -> {
                    try (InputStream in = open(archive);
                            InputStream tar = new GZIPInputStream(in)) {
                        yield ofTar(archive, tar);
                    }
                }
                default -> {
                    try (InputStream in = open(archive)) {
                        yield ofTar(archive, in);
                    }
                }
            };
        }

        private static Optional<Properties> ofZip(Path archive) throws IOException {
            try (ZipFile zip = new ZipFile(archive.toFile())) {
                Optional<? extends ZipEntry> entry =
                        zip.stream()
                                .filter(each -> isServingProperties(each.getName()))
                                .findFirst();
                if (entry.isEmpty()) {
                    return Optional.empty();
                }
                try (InputStream in = zip.getInputStream(entry.get())) {
                    return Optional.of(read(archive, in));
                }
            }
        }

        private static Optional<Properties> ofTar(Path archive, InputStream bytes)
                throws IOException {
            try (TarArchiveInputStream tar = new TarArchiveInputStream(bytes)) {
                for (TarArchiveEntry entry = tar.getNextEntry();
                        entry != null;
                        entry = tar.getNextEntry()) {
                    if (entry.isFile() && isServingProperties(entry.getName())) {
                        return Optional.of(read(archive, tar));
                    }
                }
                return Optional.empty();
            }
        }

        private static InputStream open(Path archive) throws IOException {
            return new BufferedInputStream(Files.newInputStream(archive));
        }

        /** In the archive's root or in a folder there: DJL takes a single folder as the model. */
        private static boolean isServingProperties(String name) {
            String plain = name.startsWith("./") ? name.substring(2) : name;
            int slash = plain.indexOf('/');
            return plain.substring(slash + 1).equals(ServingProperties.FILE_NAME);
        }

        private static Properties read(Path archive, InputStream in) throws IOException {
            byte[] bytes = in.readNBytes(MAX_BYTES);
            return ServingProperties.read(
                    new InputStreamReader(new ByteArrayInputStream(bytes), StandardCharsets.UTF_8),
                    archive);
        }
    }
}
