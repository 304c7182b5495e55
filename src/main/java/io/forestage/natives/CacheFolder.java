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
 * A folder for native code, of which each engine has one of its own.
 *
 * @param folder the folder, which need not be there
 */
record CacheFolder(Path folder) {

    private static final List<String> ENGINES = List.of("pytorch", "tokenizers");
    private static final int STICKY = 01000;
    private static final int SUPERUSER = 0;

    /**
     * Whether code can be unpacked here, or has been; the folder is made if it is not there, closed
     * to all others. One that is there and open to others is refused.
     */
    boolean isUsable() throws IOException {
        if (!isThere(folder) && !make()) {
            return false;
        }
        if (!isOursOrTheSuperusers(folder)) {
            throw refused(folder, "a folder of yours", "one of another user's");
        }
        requireKept(folder.toAbsolutePath());
        Path real = folder.toRealPath();
        requireKept(real);
        requireClosed(real);
        boolean isFilled = true;
        for (String engine : ENGINES) {
            if (isThere(real.resolve(engine))) {
                requireClosed(real.resolve(engine));
            } else {
                isFilled = false;
            }
        }
        return isFilled || Files.isWritable(real);
    }

    /** A word for whoever runs this process. */
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

    private boolean make() {
        Path above = folder.toAbsolutePath().getParent();
        try {
            if (above == null || isOpen(above)) {
                return false;
            }
            if (!Files.isDirectory(above)) {
                Files.createDirectories(above);
            }
            if (posix(above) == null) {
                Files.createDirectory(folder);
            } else {
                Files.createDirectory(
                        folder,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
            }
            return true;
        } catch (FileAlreadyExistsException madeMeanwhile) {
            return isThere(folder); // Made by whomever, it is looked at next.
        } catch (IOException notHere) {
            return false;
        }
    }

    private static void requireClosed(Path folder) throws IOException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            throw refused(folder, "a folder", "something else");
        }
        PosixFileAttributes attributes = posix(folder);
        if (attributes == null) {
            return; // Windows, where a user's folders are closed to others.
        }
        if (!isOursOrTheSuperusers(folder)) {
            throw refused(folder, "a folder of yours", "one of another user's");
        }
        if (mayOthersWrite(attributes)) {
            throw refused(
                    folder,
                    "a folder that only you may write to (chmod go-w, once what is in it is known"
                            + " to be good)",
                    PosixFilePermissions.toString(attributes.permissions()));
        }
    }

    private static void requireKept(Path folder) throws IOException {
        Path above = folder.getParent();
        if (above != null && isOpen(above)) {
            throw refused(
                    folder,
                    "a folder that others cannot put another in the place of",
                    "one in %s, which all may write to".formatted(above));
        }
    }

    /** A group of the user's own, named like him, as many systems make one, has no others in it. */
    private static boolean mayOthersWrite(PosixFileAttributes attributes) {
        boolean ownGroup = attributes.group().getName().equals(attributes.owner().getName());
        return attributes.permissions().contains(PosixFilePermission.OTHERS_WRITE)
                || (attributes.permissions().contains(PosixFilePermission.GROUP_WRITE)
                        && !ownGroup);
    }

    /** Whether all may rename what others have put into a folder. */
    private static boolean isOpen(Path folder) throws IOException {
        PosixFileAttributes attributes = isThere(folder) ? posix(folder.toRealPath()) : null;
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

    private static boolean isThere(Path path) {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }

    private static @Nullable PosixFileAttributes posix(Path path) throws IOException {
        PosixFileAttributeView view =
                Files.getFileAttributeView(
                        path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        return view == null ? null : view.readAttributes();
    }
}
