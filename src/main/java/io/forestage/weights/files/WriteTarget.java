package io.forestage.weights.files;

import io.forestage.weights.WeightFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/**
 * The file to which a path leads, and how to write it.
 *
 * @param isReplaced true for a regular or new file, over which another may be renamed; a rename
 *     onto a device or pipe would replace it by a file
 */
record WriteTarget(Path file, boolean isReplaced) {

    private static final int MAX_LINKS = 40;

    /** Its links lead to open files of a process, as /dev/stdout does. */
    private static final Path DESCRIPTORS = Path.of("/proc");

    static WriteTarget of(Path target) throws WeightFileException {
        Path file = throughLinks(target);
        Optional<BasicFileAttributes> existing = attributes(file);
        if (existing.isEmpty()) {
            requireFolder(target, folderOf(file));
            return new WriteTarget(file, true);
        }
        if (existing.get().isDirectory()) {
            throw refused(target, "a folder", "name a file in it");
        }
        if (!Files.isWritable(file)) {
            throw refused(target, "no permission to write it", "change its permissions");
        }
        return new WriteTarget(
                file, existing.get().isRegularFile() && !file.startsWith(DESCRIPTORS));
    }

    static Path folderOf(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null) {
            throw new IllegalArgumentException(
                    "expected a file, found the root %s".formatted(file));
        }
        return folder;
    }

    private static Path throughLinks(Path target) throws WeightFileException {
        Path file = target;
        for (int links = 0; Files.isSymbolicLink(file); links++) {
            if (file.startsWith(DESCRIPTORS)) {
                return file;
            }
            if (links == MAX_LINKS) {
                throw refused(target, "a loop of symbolic links", "choose another file");
            }
            try {
                file = file.resolveSibling(Files.readSymbolicLink(file));
            } catch (IOException failure) {
                throw AtomicFile.unwritable(target, failure);
            }
        }
        return file;
    }

    private static Optional<BasicFileAttributes> attributes(Path file) {
        try {
            return Optional.of(Files.readAttributes(file, BasicFileAttributes.class));
        } catch (IOException absent) {
            // Any other problem with the path is reported when its folder is checked or opened.
            return Optional.empty();
        }
    }

    private static void requireFolder(Path target, Path folder) throws WeightFileException {
        if (!Files.exists(folder)) {
            throw refused(target, "no folder %s".formatted(folder), "create the folder first");
        }
        if (!Files.isDirectory(folder)) {
            throw refused(
                    target,
                    "%s, which is not a folder".formatted(folder),
                    "name a file in a folder");
        }
    }

    private static WeightFileException refused(Path target, String found, String remedy) {
        return new WeightFileException(target, null, "a writable file", found, remedy);
    }
}
