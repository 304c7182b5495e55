package io.forestage.pipeline;

import com.knuddels.jtokkit.Encodings;
import io.forestage.model.ModelFolder;
import io.forestage.model.ServingProperties;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/**
 * Makes a model folder self-contained for a server: copies Forestage's classes into its {@code
 * lib}.
 *
 * <p>DJL looks for a translator's class in {@code libs} or {@code lib} and for a block factory's in
 * jars of the folder itself; so an empty jar there has those in {@code lib} as its class path.
 */
public final class FolderLibrary {

    private static final String LIBRARY = "lib";
    private static final String POINTER = "forestage-lib.jar";

    private FolderLibrary() {}

    /**
     * Copies the classes and writes {@code serving.properties} accordingly.
     *
     * @param folder a model folder
     * @param force whether to replace a {@code serving.properties} of another program
     * @return the files written, within the folder
     * @throws IOException if it is not a model folder or cannot be written
     */
    public static List<Path> addTo(Path folder, boolean force) throws IOException {
        ModelFolder unused = ModelFolder.open(folder);
        ServingProperties.write(folder, ServingProperties.Classes.IN_FOLDER, force);
        Path library = folder.resolve(LIBRARY);
        if (Files.isSymbolicLink(library)) {
            throw new IOException(
                    "%s: expected a folder, found a link; remove it".formatted(library));
        }
        Files.createDirectories(library);
        Path classes = library.resolve("forestage.jar");
        Path vocabulary = library.resolve("jtokkit.jar");
        copy(FolderLibrary.class, classes);
        copy(Encodings.class, vocabulary);
        Manifest manifest = manifest();
        manifest.getMainAttributes()
                .put(
                        Attributes.Name.CLASS_PATH,
                        "%1$s/forestage.jar %1$s/jtokkit.jar".formatted(LIBRARY));
        Path pointer = folder.resolve(POINTER);
        try (OutputStream bytes = created(pointer);
                JarOutputStream jar = new JarOutputStream(bytes, manifest)) {
            jar.flush();
        }
        return Stream.of(folder.resolve(ServingProperties.FILE_NAME), classes, vocabulary, pointer)
                .map(folder::relativize)
                .toList();
    }

    /** Copies the jar of a class, or packs the folder that the class is in. */
    private static void copy(Class<?> type, Path target) throws IOException {
        Path source;
        try {
            source = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IOException(
                    "%s: expected a jar or folder with a path, found none: %s"
                            .formatted(type.getName(), e),
                    e);
        }
        if (Files.isRegularFile(source)) {
            Files.copy(source, target, StandardCopyOption.REPLACE_EXISTING);
            return;
        }
        try (OutputStream bytes = created(target);
                JarOutputStream jar = new JarOutputStream(bytes, manifest());
                Stream<Path> tree = Files.walk(source)) {
            for (Path file : tree.filter(Files::isRegularFile).sorted().toList()) {
                jar.putNextEntry(
                        new JarEntry(source.relativize(file).toString().replace('\\', '/')));
                Files.copy(file, jar);
                jar.closeEntry();
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Deletes an existing file, link or pipe first, so that nothing is written through a link. */
    private static OutputStream created(Path file) throws IOException {
        Files.deleteIfExists(file);
        return Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    private static Manifest manifest() {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        return manifest;
    }
}
