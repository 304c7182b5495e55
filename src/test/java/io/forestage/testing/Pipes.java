package io.forestage.testing;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Named pipes without a writer: to open one for reading blocks forever. */
public final class Pipes {

    private Pipes() {}

    /** Makes a pipe; skips the test if the system cannot. */
    public static Path make(Path path) throws IOException, InterruptedException {
        Process made = new ProcessBuilder("mkfifo", path.toString()).start();
        assumeThat(made.waitFor(10, TimeUnit.SECONDS) && made.exitValue() == 0)
                .as("mkfifo makes pipes here")
                .isTrue();
        return path;
    }
}
