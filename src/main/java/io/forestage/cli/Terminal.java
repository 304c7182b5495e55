package io.forestage.cli;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;

/** Whether a person sees what is written; Java itself knows only of all streams together. */
final class Terminal {

    private static final int STANDARD_ERROR = 2;

    private Terminal() {}

    static boolean showsStandardError() {
        try {
            return Platform.isWindows()
                    ? Native.load("msvcrt", Windows.class)._isatty(STANDARD_ERROR) != 0
                    : Native.load(Platform.C_LIBRARY_NAME, Unix.class).isatty(STANDARD_ERROR) == 1;
        } catch (UnsatisfiedLinkError unknown) {
            return false;
        }
    }

    /** POSIX. */
    interface Unix extends Library {
        int isatty(int stream);
    }

    /** Microsoft's C library. */
    interface Windows extends Library {
        @SuppressWarnings("MethodName")
        int _isatty(int stream);
    }
}
