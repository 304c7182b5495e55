package io.forestage.pipeline;

import ai.djl.repository.FilenameUtils;
import io.forestage.model.ServingProperties;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** A model folder, or a folder around it, in a .zip or a .tar, which DJL unpacks into its cache. */
final class ModelArchive {

    /** Some hundred times what the file has of our making. */
    private static final int MOST_BYTES = 1 << 16;

    private ModelArchive() {}

    /**
     * Reads the folder's serving.properties out of the archive. A .zip is asked for it; a .tar is
     * read up to it, and to its end if it has none.
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
                    zip.stream().filter(each -> isServingProperties(each.getName())).findFirst();
            if (entry.isEmpty()) {
                return Optional.empty();
            }
            try (InputStream in = zip.getInputStream(entry.get())) {
                return Optional.of(read(archive, in));
            }
        }
    }

    private static Optional<Properties> ofTar(Path archive, InputStream bytes) throws IOException {
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

    /**
     * In the archive's root, or in a folder there, of which DJL takes the only one for the model.
     */
    private static boolean isServingProperties(String name) {
        String plain = name.startsWith("./") ? name.substring(2) : name;
        int slash = plain.indexOf('/');
        return plain.substring(slash + 1).equals(ServingProperties.FILE_NAME);
    }

    private static Properties read(Path archive, InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(MOST_BYTES);
        return ServingProperties.read(
                new InputStreamReader(new ByteArrayInputStream(bytes), StandardCharsets.UTF_8),
                archive);
    }
}
