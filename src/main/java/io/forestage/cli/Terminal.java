package io.forestage.cli;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;

/** Whether standard error is a terminal. The JDK can answer only for all streams together. */
final class Terminal {

    private static final int STANDARD_ERROR = 2;

    private Terminal() {}

    /** Asks the C library; false where JNA cannot load it. */
    static boolean isStandardError() {
        try {
            return Platform.isWindows()
                    ? Native.load("msvcrt", Windows.class)._isatty(STANDARD_ERROR) != 0
                    : Native.load(Platform.C_LIBRARY_NAME, Unix.class).isatty(STANDARD_ERROR) == 1;
        } catch (LinkageError noLibrary) {
            // UnsatisfiedLinkError at first; NoClassDefFoundError once JNA's own start has failed.
            return false;
        }
    }

    /** POSIX. */
    interface Unix extends Library {
        int isatty(int descriptor);
    }

    /** Microsoft's C library. */
    interface Windows extends Library {
        @SuppressWarnings("MethodName")
        int _isatty(int descriptor);
    }
}
