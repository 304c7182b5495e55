package io.forestage.weights.safetensors;

import com.google.gson.stream.JsonWriter;
import io.forestage.support.Quoted;
import io.forestage.weights.TensorSource;
import io.forestage.weights.WeightFileException;
import io.forestage.weights.files.AtomicFile;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Writes safetensors files that other readers of the format accept, such as transformers. */
public final class SafetensorsWriter {

    /** Transformers refuses a file without this entry. */
    private static final Map<String, String> FORMAT = Map.of("format", "pt");

    /**
     * Data starts at a multiple of this, and larger types come first, so that every tensor is
     * aligned.
     */
    private static final int ALIGNMENT = Long.BYTES;

    private SafetensorsWriter() {}

    /**
     * Writes a file whole or not at all. The tensors keep their order, but those of larger element
     * types come first, so that each is aligned to its type.
     *
     * @param target the file to write or replace
     * @param metadata the entries of {@code __metadata__}; {@code format} is {@code pt} unless
     *     given
     * @param tensors the tensors
     * @throws IllegalArgumentException if a name is repeated, is {@code __metadata__} or is not
     *     valid Unicode, if a source writes more or fewer bytes than its shape needs, or if the
     *     tensors exceed the format's limits
     * @throws WeightFileException if the target cannot be written
     * @throws IOException if a tensor's data cannot be read
     */
    public static void write(Path target, Map<String, String> metadata, List<TensorSource> tensors)
            throws IOException {
        List<TensorSource> ordered = new ArrayList<>(tensors);
        ordered.sort(Comparator.comparing(tensor -> -tensor.type().bytes()));
        requireNames(ordered);
        ByteBuffer header = header(metadata, ordered);
        AtomicFile.write(
                target,
                channel -> {
                    channel.write(header);
                    for (TensorSource tensor : ordered) {
                        tensor.writeTo(channel);
                    }
                });
    }

    private static void requireNames(List<TensorSource> tensors) {
        Set<String> names = new HashSet<>(Set.of(HeaderJson.METADATA));
        for (TensorSource tensor : tensors) {
            if (!names.add(tensor.name())) {
                throw new IllegalArgumentException(
                        "expected unique tensor names other than %s, found %s"
                                .formatted(HeaderJson.METADATA, Quoted.of(tensor.name())));
            }
        }
    }

    private static ByteBuffer header(Map<String, String> metadata, List<TensorSource> tensors) {
        ByteBuffer json = utf8(json(metadata, tensors));
        int padding = Math.floorMod(-json.remaining(), ALIGNMENT);
        int length = json.remaining() + padding;
        if (length > SafetensorsHeader.MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "expected a header of at most %d bytes, found %d; write fewer tensors"
                            .formatted(SafetensorsHeader.MAX_LENGTH, length));
        }
        ByteBuffer header = ByteBuffer.allocate(SafetensorsHeader.LENGTH_BYTES + length);
        header.order(ByteOrder.LITTLE_ENDIAN).putLong(length).put(json);
        while (header.hasRemaining()) {
            header.put((byte) ' ');
        }
        return header.flip();
    }

    private static String json(Map<String, String> metadata, List<TensorSource> tensors) {
        Map<String, String> complete = new LinkedHashMap<>(FORMAT);
        complete.putAll(metadata);
        StringWriter text = new StringWriter();
        try (JsonWriter json = new JsonWriter(text)) {
            json.beginObject().name(HeaderJson.METADATA).beginObject();
            for (Map.Entry<String, String> each : complete.entrySet()) {
                json.name(each.getKey());
                json.value(Objects.requireNonNull(each.getValue(), each.getKey()));
            }
            json.endObject();
            long end = 0;
            for (TensorSource tensor : tensors) {
                long start = end;
                end = Math.addExact(start, tensor.byteSize());
                json.name(tensor.name()).beginObject();
                json.name("dtype").value(tensor.type().name());
                json.name("shape").beginArray();
                for (long dimension : tensor.shape()) {
                    json.value(dimension);
                }
                json.endArray();
                json.name("data_offsets").beginArray().value(start).value(end).endArray();
                json.endObject();
            }
            json.endObject();
        } catch (ArithmeticException overflow) {
            throw new IllegalArgumentException(
                    "expected tensors of fewer than 2^63 bytes together, found more", overflow);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return text.toString();
    }

    private static ByteBuffer utf8(String json) {
        try {
            return StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(json));
        } catch (CharacterCodingException unpaired) {
            throw new IllegalArgumentException(
                    "expected names and metadata in Unicode, found an unpaired surrogate",
                    unpaired);
        }
    }
}
