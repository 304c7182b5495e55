package io.forestage.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Where standard error leads. */
final class StandardError {

    private static final Path DESCRIPTOR = Path.of("/proc/self/fd/2");
    private static final Pattern TERMINAL = Pattern.compile("/dev/(pts/.*|tty.*|console)");

    private StandardError() {}

    /**
     * Tells whether a person reads along. The JDK's console tells of standard input and output
     * only, and on some JDKs it is there without a terminal; Linux tells of standard error itself.
     */
    @SuppressWarnings("SystemConsoleNull")
    static boolean isTerminal() {
        if (System.console() == null) {
            return false;
        }
        try {
            return !Files.isSymbolicLink(DESCRIPTOR)
                    || leadsToTerminal(Files.readSymbolicLink(DESCRIPTOR));
        } catch (IOException unknown) {
            return false;
        }
    }

    static boolean leadsToTerminal(Path target) {
        return TERMINAL.matcher(target.toString()).matches();
    }
}
