package io.forestage.weights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Whom a file belongs to, as far as its file system says. */
final class FileOwner {

    /** Linux says there who a process is; elsewhere a new file has to tell. */
    private static final @Nullable Object US = ownerIfThere(Path.of("/proc/self"));

    private FileOwner() {}

    /** Whether a file, or a link itself, belongs to whoever runs this process. */
    static boolean isUs(Path file) throws IOException {
        Object owner = owner(file);
        return owner == null || owner.equals(US) || owner.equals(ownerOfNewFileBeside(file));
    }

    /** Network and foreign disks may give all that we write to another user. */
    private static @Nullable Object ownerOfNewFileBeside(Path file) {
        Path probe =
                WriteTarget.folderOf(file)
                        .resolve(TemporaryFile.PREFIX + UUID.randomUUID() + TemporaryFile.SUFFIX);
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

    /** By number where there are numbers: a name would be asked of the directory of users. */
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
