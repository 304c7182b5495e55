package io.forestage.model;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import org.jspecify.annotations.Nullable;

/** Gives a tree of files a second place, without a second copy of them where that can be. */
final class LinkedCopy extends SimpleFileVisitor<Path> {

    private final Path from;
    private final Path to;

    private LinkedCopy(Path from, Path to) {
        this.from = from;
        this.to = to;
    }

    static void of(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new LinkedCopy(from, to));
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
            throws IOException {
        Files.createDirectory(place(folder));
        return FileVisitResult.CONTINUE;
    }

    /** Last, as a folder that may not be written to could not be filled. */
    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
            throws IOException {
        PosixFileAttributeView from =
                Files.getFileAttributeView(folder, PosixFileAttributeView.class);
        PosixFileAttributeView copy =
                Files.getFileAttributeView(place(folder), PosixFileAttributeView.class);
        if (from != null && copy != null) {
            copy.setPermissions(from.readAttributes().permissions());
        }
        return super.postVisitDirectory(folder, failure);
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
        try {
            // A pipe too: to copy one is to wait for somebody who writes into it.
            if (!attributes.isSymbolicLink()) {
                Files.createLink(place(file), file);
                return FileVisitResult.CONTINUE;
            }
        } catch (IOException | UnsupportedOperationException noSecondName) {
            // A file system without hard links: a copy does as well.
        }
        Files.copy(
                file, place(file), StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
        return FileVisitResult.CONTINUE;
    }

    private Path place(Path entry) {
        return to.resolve(from.relativize(entry));
    }
}
