package io.forestage.weights.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.forestage.weights.WeightFile;
import io.forestage.weights.WeightFileException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A folder with one checkpoint, model.ckpt, whose parts each test writes. */
record CheckpointFiles(Path folder) {

    /** A fixture's index; its data files lie beside it. */
    static Path fixture(String name) {
        String path = "/weights/tensorflow/" + name + ".index";
        try {
            return Path.of(
                    Objects.requireNonNull(CheckpointFiles.class.getResource(path), path).toURI());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static byte[] raw(WeightFile file, String name) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        file.transferTo(file.require(name), Channels.newChannel(out));
        return out.toByteArray();
    }

    Path index() {
        return folder.resolve("model.ckpt.index");
    }

    Path data() {
        return folder.resolve("model.ckpt.data-00000-of-00001");
    }

    /** Writes both files and opens them. */
    WeightFile open(byte[] index, byte[] data) throws WeightFileException {
        write(index(), index);
        write(data(), data);
        return TensorFlowCheckpoint.open(index());
    }

    /** Writes an index beside a data file of 64 bytes and expects that it is refused. */
    void assertRefused(byte[] index, @Nullable String tensor, String... words) {
        write(index(), index);
        write(data(), new byte[64]);
        String where = tensor == null ? index() + ": " : '"' + tensor + "\" in " + index() + ": ";
        assertRefused(index(), where, words);
    }

    static void assertRefused(Path index, String where, String... words) {
        assertThatExceptionOfType(WeightFileException.class)
                .isThrownBy(() -> TensorFlowCheckpoint.open(index).close())
                .withMessageStartingWith(where + "expected ")
                .withMessageMatching("[^\\p{Cntrl}]* found [^\\p{Cntrl}]*; [^\\p{Cntrl}]+")
                .satisfies(refused -> assertThat(refused.getMessage()).contains(words));
    }

    /** Requires that a test's unchanged index is valid, so that refusals have the tested cause. */
    void assertValid(byte[] index) {
        assertThatNoException().isThrownBy(() -> open(index, new byte[64]).close());
    }

    static void write(Path file, byte[] bytes) {
        try {
            Files.write(file, bytes);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
