package io.forestage.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.forestage.weights.ElementType;
import io.forestage.weights.Gpt2Table;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.TensorSource;
import io.forestage.weights.WeightFile;
import io.forestage.weights.safetensors.SafetensorsFile;
import io.forestage.weights.safetensors.SafetensorsWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A safetensors file of 2.7 MB, laid out like GPT-2's: the tables lie among other tensors. */
final class SmallGpt2 {

    static final String FILE = "model.safetensors";

    /** The number of bytes that the first request fetches, for the header. */
    static final int HEAD = 1 << 17;

    static final List<Long> WTE = List.of(2000L, 64L);
    static final List<Long> WPE = List.of(256L, 64L);

    private static final List<Long> LAYER = List.of(512L, 512L);

    private SmallGpt2() {}

    static byte[] bytes() {
        return bytes(
                tensor("h.0.mlp.c_fc.weight", LAYER),
                tensor("wte.weight", WTE),
                tensor("h.1.mlp.c_fc.weight", LAYER),
                tensor("wpe.weight", WPE));
    }

    static byte[] bytes(TensorSource... tensors) {
        try {
            Path file = Files.createTempFile("small-gpt2", ".safetensors");
            SafetensorsWriter.write(file, Map.of(), List.of(tensors));
            byte[] bytes = Files.readAllBytes(file);
            Files.delete(file);
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns a tensor of random bytes, the same for each name. */
    static TensorSource tensor(String name, List<Long> shape) {
        byte[] bytes = data(name, shape);
        return new TensorSource(
                name, ElementType.F32, shape, channel -> channel.write(ByteBuffer.wrap(bytes)));
    }

    static void assertTablesIn(Path folder) throws IOException {
        try (WeightFile file = SafetensorsFile.open(folder.resolve(FILE))) {
            assertTable(file, Gpt2Table.WTE, WTE);
            assertTable(file, Gpt2Table.WPE, WPE);
        }
    }

    static void assertTable(WeightFile file, Gpt2Table table, List<Long> shape) throws IOException {
        TensorEntry entry = table.requireIn(file);
        ByteArrayOutputStream found = new ByteArrayOutputStream();
        file.transferTo(entry, Channels.newChannel(found));
        assertThat(found.toByteArray()).isEqualTo(data(entry.name(), shape));
    }

    private static byte[] data(String name, List<Long> shape) {
        byte[] bytes = new byte[Math.toIntExact(4 * shape.get(0) * shape.get(1))];
        new Random(name.hashCode()).nextBytes(bytes);
        return bytes;
    }
}
