package io.forestage.weights.pytorch;

import io.forestage.weights.WeightFile;
import io.forestage.weights.WeightFileException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** The files that make_fixtures.py wrote with PyTorch. */
final class Fixtures {

    private Fixtures() {}

    static Path path(String name) {
        URL url = Fixtures.class.getResource("/weights/pytorch/" + name + ".pt");
        try {
            return Path.of(Objects.requireNonNull(url, name).toURI());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static byte[] bytes(String name) {
        try (InputStream in = Files.newInputStream(path(name))) {
            return in.readAllBytes();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static WeightFile open(String name) throws WeightFileException {
        return PyTorchFile.open(path(name));
    }
}
