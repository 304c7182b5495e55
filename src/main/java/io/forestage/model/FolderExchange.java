package io.forestage.model;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import java.nio.file.Path;
import java.util.Map;

/**
 * Lets two folders change places in one step, so that there is no moment at which either name leads
 * nowhere. Linux and macOS can, each with a call of its own that Java does not offer.
 */
final class FolderExchange {

    private static final int CURRENT_FOLDER = -100;
    private static final int LINUX_EXCHANGE = 2;
    private static final int MACOS_SWAP = 2;

    private FolderExchange() {}

    /** True if the two have changed places; false, and nothing has happened, if they cannot. */
    static boolean exchange(Path one, Path other) {
        try {
            if (Platform.isLinux()) {
                return library(Linux.class)
                                .renameat2(
                                        CURRENT_FOLDER,
                                        one.toString(),
                                        CURRENT_FOLDER,
                                        other.toString(),
                                        LINUX_EXCHANGE)
                        == 0;
            }
            if (Platform.isMac()) {
                return library(MacOs.class).renamex_np(one.toString(), other.toString(), MACOS_SWAP)
                        == 0;
            }
        } catch (UnsatisfiedLinkError notThere) {
            // An old C library, or another one: the caller has a slower way.
        }
        return false;
    }

    private static <T extends Library> T library(Class<T> functions) {
        return Native.load(
                Platform.C_LIBRARY_NAME,
                functions,
                Map.of(
                        Library.OPTION_STRING_ENCODING,
                        System.getProperty("sun.jnu.encoding", "UTF-8")));
    }

    /** Linux's own renaming. */
    interface Linux extends Library {
        int renameat2(int fromFolder, String from, int toFolder, String to, int flags);
    }

    /** That of macOS. */
    interface MacOs extends Library {
        int renamex_np(String from, String to, int flags);
    }
}
