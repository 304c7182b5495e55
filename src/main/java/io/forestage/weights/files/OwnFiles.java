package io.forestage.weights.files;

import io.forestage.weights.WeightFileException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Distinguishes the files and folders that Forestage creates from anything else under their names:
 * a link, a pipe, or a file of another user, which is never opened, changed or deleted.
 */
public final class OwnFiles {

    private OwnFiles() {}

    /**
     * Creates a folder and its parents, or accepts an existing folder of this user.
     *
     * @param folder the folder
     * @throws WeightFileException if it is a link, not a folder, or another user's
     * @throws IOException if it cannot be created
     */
    public static void makeFolder(Path folder) throws IOException {
        Path parent = folder.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        try {
            Files.createDirectory(folder);
        } catch (FileAlreadyExistsException exists) {
            requireFolder(folder);
        }
    }

    /**
     * Requires a folder of this user.
     *
     * @param folder the folder
     * @throws WeightFileException if it is a link, not a folder, or another user's
     * @throws IOException if it does not exist or cannot be read
     */
    public static void requireFolder(Path folder) throws IOException {
        BasicFileAttributes attributes = attributes(folder);
        if (!attributes.isDirectory()) {
            throw refused(folder, "a folder that Forestage created", kind(attributes));
        }
        requireOurs(folder, "a folder that Forestage created");
    }

    /**
     * Requires a file of this user, or none.
     *
     * @param file the file
     * @throws WeightFileException if it is a link, not a regular file, or another user's
     * @throws IOException if it cannot be read
     */
    public static void requireFileOrNone(Path file) throws IOException {
        try {
            requireFile(file);
        } catch (NoSuchFileException none) {
            // No file is allowed too.
        }
    }

    /**
     * Returns whether a file belongs to the user who runs this process.
     *
     * @param file a file, a folder, or a link itself
     * @return false also if it does not exist
     * @throws IOException if it cannot be read
     */
    public static boolean isOurs(Path file) throws IOException {
        try {
            return Owner.isUs(file);
        } catch (NoSuchFileException none) {
            return false;
        }
    }

    /**
     * Requires a file of this user and returns a key that identifies it, even if another file takes
     * its name.
     */
    static Object requireFile(Path file) throws IOException {
        BasicFileAttributes attributes = attributes(file);
        if (!attributes.isRegularFile()) {
            throw refused(file, "a file that Forestage created", kind(attributes));
        }
        requireOurs(file, "a file that Forestage created");
        Object key = attributes.fileKey();
        return key == null ? file.toRealPath(LinkOption.NOFOLLOW_LINKS) : key;
    }

    private static void requireOurs(Path file, String expected) throws IOException {
        if (!Owner.isUs(file)) {
            throw refused(file, expected, "one of another user");
        }
    }

    private static BasicFileAttributes attributes(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    private static String kind(BasicFileAttributes attributes) {
        if (attributes.isSymbolicLink()) {
            return "a symbolic link";
        }
        if (attributes.isDirectory()) {
            return "a folder";
        }
        return attributes.isRegularFile() ? "a file" : "a pipe or a device";
    }

    private static WeightFileException refused(Path file, String expected, String found) {
        return new WeightFileException(
                file, null, expected, found, "find out who created it, then remove it");
    }

    /** A file's owner, if its file system has owners. */
    private static final class Owner {

        /** On Linux the process's user owns this folder; elsewhere a new file shows the user. */
        private static final @Nullable Object US = ownerIfThere(Path.of("/proc/self"));

        private Owner() {}

        /** Returns whether a file, or a link itself, belongs to the user who runs this process. */
        static boolean isUs(Path file) throws IOException {
            Object owner = owner(file);
            return owner == null || owner.equals(US) || owner.equals(ownerOfNewFileBeside(file));
        }

        /** Network disks and disks of other systems may assign all new files to another user. */
        private static @Nullable Object ownerOfNewFileBeside(Path file) {
            Path probe =
                    WriteTarget.folderOf(file)
                            .resolve(
                                    TemporaryFile.PREFIX
                                            + UUID.randomUUID()
                                            + TemporaryFile.SUFFIX);
            try {
                Files.createFile(probe);
                try {
                    return owner(probe);
                } finally {
                    Files.deleteIfExists(probe);
                }
            } catch (IOException unwritable) {
                return null;
            }
        }

        private static @Nullable Object ownerIfThere(Path file) {
            try {
                return owner(file);
            } catch (IOException absent) {
                return null;
            }
        }

        /** Returns the owner's number if possible: a name needs a lookup in the user directory. */
        private static @Nullable Object owner(Path file) throws IOException {
            var views = file.getFileSystem().supportedFileAttributeViews();
            if (views.contains("unix")) {
                return Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
            }
            return views.contains("owner")
                    ? Files.getAttribute(file, "owner:owner", LinkOption.NOFOLLOW_LINKS)
                    : null;
        }
    }
}
