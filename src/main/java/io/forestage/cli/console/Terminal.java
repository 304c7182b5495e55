package io.forestage.cli.console;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;

/** Whether standard error is a terminal, which {@link System#console()} does not check. */
public final class Terminal {

    private static final int STANDARD_ERROR = 2;

    private Terminal() {}

    /** Returns whether standard error is a terminal; false if JNA cannot load the C library. */
    public static boolean isStandardError() {
        try {
            return Platform.isWindows()
                    ? Native.load("msvcrt", Windows.class)._isatty(STANDARD_ERROR) != 0
                    : Native.load(Platform.C_LIBRARY_NAME, Unix.class).isatty(STANDARD_ERROR) == 1;
        } catch (LinkageError noLibrary) {
            // UnsatisfiedLinkError at first; NoClassDefFoundError once JNA failed to initialise.
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
