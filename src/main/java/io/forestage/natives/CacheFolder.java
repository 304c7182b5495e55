package io.forestage.natives;

import io.forestage.weights.files.OwnFiles;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A folder for native code, with a subfolder for each engine.
 *
 * @param folder the folder, which need not exist
 */
record CacheFolder(Path folder) {

    private static final List<String> ENGINES = List.of("pytorch", "tokenizers");
    private static final int STICKY = 01000;
    private static final int SUPERUSER = 0;

    /**
     * Returns whether native code can be unpacked here or has been. Creates the folder, closed to
     * all other users, if it does not exist.
     *
     * @throws IOException if the folder exists and other users may write to it or replace it
     */
    boolean isUsable() throws IOException {
        if (!exists(folder) && !create()) {
            return false;
        }
        if (!isOursOrTheSuperusers(folder)) {
            throw refused(folder, "a folder that you own", "a folder of another user");
        }
        requireIrreplaceable(folder.toAbsolutePath());
        Path real = folder.toRealPath();
        requireIrreplaceable(real);
        requirePrivate(real);
        boolean isFilled = true;
        for (String engine : ENGINES) {
            if (exists(real.resolve(engine))) {
                requirePrivate(real.resolve(engine));
            } else {
                isFilled = false;
            }
        }
        return isFilled || Files.isWritable(real);
    }

    /** Returns a name for the user who runs this process, fit for a file name. */
    static String user() {
        try {
            return String.valueOf(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException notLinux) {
            return System.getProperty("user.name").replaceAll("[^A-Za-z0-9._-]", "_");
        }
    }

    static IOException refused(Path folder, String expected, String found) {
        return new IOException(
                ("%s, where DJL unpacks native code and loads it from: expected %s, found %s; set"
                                + " DJL_CACHE_DIR to a folder that only you may write to")
                        .formatted(folder, expected, found));
    }

    private boolean create() {
        Path parent = folder.toAbsolutePath().getParent();
        try {
            if (parent == null || mayAllReplaceFilesIn(parent)) {
                return false;
            }
            if (!Files.isDirectory(parent)) {
                Files.createDirectories(parent);
            }
            if (posix(parent) == null) {
                Files.createDirectory(folder);
            } else {
                Files.createDirectory(
                        folder,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
            }
            return true;
        } catch (FileAlreadyExistsException createdMeanwhile) {
            return exists(folder); // Whoever created it, it is checked next.
        } catch (IOException notHere) {
            return false;
        }
    }

    private static void requirePrivate(Path folder) throws IOException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            throw refused(folder, "a folder", "something else");
        }
        PosixFileAttributes attributes = posix(folder);
        if (attributes == null) {
            return; // On Windows a user's folders are closed to other users.
        }
        if (!isOursOrTheSuperusers(folder)) {
            throw refused(folder, "a folder that you own", "a folder of another user");
        }
        if (mayOthersWrite(attributes)) {
            throw refused(
                    folder,
                    "a folder that only you may write to (check its files, then run chmod go-w)",
                    PosixFilePermissions.toString(attributes.permissions()));
        }
    }

    private static void requireIrreplaceable(Path folder) throws IOException {
        Path parent = folder.getParent();
        if (parent != null && mayAllReplaceFilesIn(parent)) {
            throw refused(
                    folder,
                    "a folder that other users cannot replace",
                    "one in %s, which all users may write to".formatted(parent));
        }
    }

    /** Many systems create a group for each user, with the user's name and no other members. */
    private static boolean mayOthersWrite(PosixFileAttributes attributes) {
        boolean ownGroup = attributes.group().getName().equals(attributes.owner().getName());
        return attributes.permissions().contains(PosixFilePermission.OTHERS_WRITE)
                || (attributes.permissions().contains(PosixFilePermission.GROUP_WRITE)
                        && !ownGroup);
    }

    /** Returns whether all users may rename or delete other users' files in a folder. */
    private static boolean mayAllReplaceFilesIn(Path folder) throws IOException {
        PosixFileAttributes attributes = exists(folder) ? posix(folder.toRealPath()) : null;
        return attributes != null
                && attributes.permissions().contains(PosixFilePermission.OTHERS_WRITE)
                && ((Integer) Files.getAttribute(folder, "unix:mode") & STICKY) == 0;
    }

    private static boolean isOursOrTheSuperusers(Path folder) throws IOException {
        return OwnFiles.isOurs(folder)
                || (folder.getFileSystem().supportedFileAttributeViews().contains("unix")
                        && Integer.valueOf(SUPERUSER)
                                .equals(
                                        Files.getAttribute(
                                                folder, "unix:uid", LinkOption.NOFOLLOW_LINKS)));
    }

    private static boolean exists(Path path) {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }

    private static @Nullable PosixFileAttributes posix(Path path) throws IOException {
        PosixFileAttributeView view =
                Files.getFileAttributeView(
                        path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        return view == null ? null : view.readAttributes();
    }
}
