package io.forestage.testing;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Named pipes, which nobody writes into: to open one for reading is to wait for ever. */
public final class Pipes {

    private Pipes() {}

    /** Makes a pipe; the test is skipped where the system cannot. */
    public static Path make(Path path) throws IOException, InterruptedException {
        Process made = new ProcessBuilder("mkfifo", path.toString()).start();
        assumeThat(made.waitFor(10, TimeUnit.SECONDS) && made.exitValue() == 0)
                .as("mkfifo makes pipes here")
                .isTrue();
        return path;
    }
}
