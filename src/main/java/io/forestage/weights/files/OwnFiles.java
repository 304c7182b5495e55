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
 * Separates the files and folders that Forestage makes itself from what somebody else has put under
 * their names: a link, a pipe, or anything of another user's. The latter is never opened, changed
 * or deleted.
 */
public final class OwnFiles {

    private OwnFiles() {}

    /**
     * Makes a folder and those above it, or takes one that is there.
     *
     * @param folder the folder
     * @throws WeightFileException if it is a link, no folder, or another user's
     * @throws IOException if it cannot be made
     */
    public static void makeFolder(Path folder) throws IOException {
        Path above = folder.toAbsolutePath().getParent();
        if (above != null) {
            Files.createDirectories(above);
        }
        try {
            Files.createDirectory(folder);
        } catch (FileAlreadyExistsException there) {
            requireFolder(folder);
        }
    }

    /**
     * Requires a folder of ours.
     *
     * @param folder the folder
     * @throws WeightFileException if it is a link, no folder, or another user's
     * @throws IOException if there is none, or it cannot be looked at
     */
    public static void requireFolder(Path folder) throws IOException {
        BasicFileAttributes attributes = attributes(folder);
        if (!attributes.isDirectory()) {
            throw refused(folder, "a folder of its own", kind(attributes));
        }
        requireOurs(folder, "a folder of its own");
    }

    /**
     * Requires a file of ours, or none.
     *
     * @param file the file
     * @throws WeightFileException if it is a link, no regular file, or another user's
     * @throws IOException if it cannot be looked at
     */
    public static void requireFileOrNone(Path file) throws IOException {
        try {
            requireFile(file);
        } catch (NoSuchFileException none) {
            // No file is allowed too.
        }
    }

    /**
     * Returns whether something belongs to the user who runs this process.
     *
     * @param file a file, a folder, or a link itself
     * @return false also if there is nothing
     * @throws IOException if it cannot be looked at
     */
    public static boolean isOurs(Path file) throws IOException {
        try {
            return Owner.isUs(file);
        } catch (NoSuchFileException none) {
            return false;
        }
    }

    /**
     * Requires a file of ours, and returns a key that is another for any other file of its name.
     */
    static Object requireFile(Path file) throws IOException {
        BasicFileAttributes attributes = attributes(file);
        if (!attributes.isRegularFile()) {
            throw refused(file, "a file of its own", kind(attributes));
        }
        requireOurs(file, "a file of its own");
        Object key = attributes.fileKey();
        return key == null ? file.toRealPath(LinkOption.NOFOLLOW_LINKS) : key;
    }

    private static void requireOurs(Path file, String expected) throws IOException {
        if (!Owner.isUs(file)) {
            throw refused(file, expected, "one of another user's");
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
                file, null, expected, found, "find out who put it there, then remove it");
    }

    /** A file's owner, as far as its file system has one. */
    private static final class Owner {

        /** Linux shows the process's user there; elsewhere a new file's owner shows it. */
        private static final @Nullable Object US = ownerIfThere(Path.of("/proc/self"));

        private Owner() {}

        /** Whether a file, or a link itself, belongs to whoever runs this process. */
        static boolean isUs(Path file) throws IOException {
            Object owner = owner(file);
            return owner == null || owner.equals(US) || owner.equals(ownerOfNewFileBeside(file));
        }

        /** Network and foreign disks may assign all that we write to another user. */
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
            } catch (IOException notToBeWritten) {
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

        /** By number where possible: a name needs a look-up in the user directory. */
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
