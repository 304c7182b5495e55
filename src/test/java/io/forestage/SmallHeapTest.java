package io.forestage;

import static io.forestage.testing.HostileText.assertHarmless;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.forestage.testing.TinyModel;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Files that say more than a heap of 256 MB holds, or make a reader take more than they have: each
 * is refused before the heap is full, with what to do.
 */
class SmallHeapTest {

    private static final String HEAP = "-Xmx256m";

    /** Far beyond what a refusal takes, and below what a heap takes that is nearly full. */
    private static final int SECONDS = 40;

    private static final String LARGER_HEAP = "start Java with a larger heap (-Xmx";

    @TempDir Path folder;

    /** Writes a part of a file's text again and again. */
    @FunctionalInterface
    interface Part {
        String of(int i);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void itIsRefused(
            String what,
            String reader,
            String file,
            String before,
            int megabytes,
            Part part,
            String after,
            String message)
            throws Exception {
        TinyModel.write(folder);
        if (file.equals("merges.txt")) {
            Files.writeString(folder.resolve("vocab.json"), "{\"h\": 0, \"e\": 1, \"he\": 2}");
        } else if (file.equals("vocab.json")) {
            Files.writeString(folder.resolve("merges.txt"), "#version: 0.2\n");
        }
        write(
                Files.createDirectories(folder.resolve(file).getParent())
                        .resolve(Path.of(file).getFileName()),
                before,
                (long) megabytes << 20,
                part,
                after);

        String said = readInSmallHeap(reader);

        assertThat(said).startsWith("refused: ").contains("expected ", "found ", message);
        assertHarmless(said);
    }

    static Stream<Arguments> itIsRefused() {
        String index = "model.safetensors.index.json";
        String map = "{\"weight_map\": {";
        String none = "\"wte.weight\": \"a\"}}";
        String bpe = "{\"version\": \"1.0\", \"model\": {\"type\": \"BPE\", \"vocab\": {";
        String noMerges = "\"h\": 0}, \"merges\": []}}";
        String long16 = "x".repeat(1 << 16);
        return Stream.of(
                arguments(
                        "an index of 1.8 million tensors",
                        "index",
                        index,
                        map,
                        48,
                        (Part) i -> "\"transformer.h.%d\": \"a\",\n".formatted(i),
                        none,
                        LARGER_HEAP),
                arguments(
                        "an index of one name of 48 MB",
                        "index",
                        index,
                        map + "\"",
                        48,
                        (Part) i -> long16,
                        "\": \"a\"}}",
                        "a string of at most"),
                arguments(
                        "an index of other keys",
                        "index",
                        index,
                        "{",
                        48,
                        (Part) i -> "\"transformer.h.%d\": 0,\n".formatted(i),
                        "\"weight_map\": {" + none,
                        LARGER_HEAP),
                arguments(
                        "an index above the limit",
                        "index",
                        index,
                        map,
                        80,
                        (Part) i -> " ".repeat(1 << 10),
                        none,
                        "name the weight file instead"),
                arguments(
                        "a tensor for each 60 bytes of a header",
                        "safetensors",
                        "a.safetensors",
                        "{",
                        94,
                        (Part)
                                i ->
                                        "\"%d\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]},"
                                                .formatted(i),
                        "\"x\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}",
                        LARGER_HEAP),
                arguments(
                        "metadata of 94 MB",
                        "head",
                        "training/head.safetensors",
                        "{\"__metadata__\":{",
                        94,
                        (Part) i -> "\"label %d\":\"%d\",".formatted(i, i),
                        "\"x\":\"y\"}}",
                        LARGER_HEAP),
                arguments(
                        "a vocabulary of 4 million tokens",
                        "tokenizer",
                        "vocab.json",
                        "{",
                        60,
                        (Part) i -> "\"%x\":%d,\n".formatted(i, i),
                        "\"end\": 16000000}",
                        LARGER_HEAP),
                arguments(
                        "a vocabulary of a million tokens in 20 MB",
                        "tokenizer",
                        "vocab.json",
                        "{",
                        20,
                        (Part) i -> "\"%x\":%d,\n".formatted(i, i),
                        "\"end\": 2000000}",
                        LARGER_HEAP),
                arguments(
                        "a tokenizer of a million tokens in 20 MB",
                        "tokenizer",
                        "tokenizer.json",
                        bpe,
                        20,
                        (Part) i -> "\"%x\":%d,\n".formatted(i, i + 1),
                        noMerges,
                        LARGER_HEAP),
                arguments(
                        "a tokenizer of 60 MB",
                        "tokenizer",
                        "tokenizer.json",
                        bpe,
                        60,
                        (Part) i -> "\"%x\":%d,\n".formatted(i, i + 1),
                        noMerges,
                        LARGER_HEAP),
                arguments(
                        "an id far beyond the file's size",
                        "tokenizer",
                        "vocab.json",
                        "{\"h\": 16777215}",
                        0,
                        (Part) i -> "",
                        "",
                        "an id from 0 to "),
                arguments(
                        "merges of empty lines",
                        "tokenizer",
                        "merges.txt",
                        "",
                        20,
                        (Part) i -> "\n".repeat(1 << 10),
                        "",
                        "merges for 0 tokens"),
                arguments(
                        "merges of 60 MB",
                        "tokenizer",
                        "merges.txt",
                        "",
                        60,
                        (Part) i -> "h e%d\n".formatted(i),
                        "",
                        LARGER_HEAP),
                arguments(
                        "three million added tokens",
                        "tokenizer",
                        "added_tokens.json",
                        "{",
                        60,
                        (Part) i -> "\"%x\":%d,\n".formatted(i, i + 3),
                        "\"end\": 2}",
                        LARGER_HEAP),
                arguments(
                        "two million settings in a GGUF header",
                        "gguf",
                        "a.gguf",
                        "GGUF\3\0\0\0" + "\0".repeat(8) + "***" + "\0".repeat(5),
                        60,
                        (Part) i -> "\b" + "\0".repeat(7) + "%08x".formatted(i) + "\0".repeat(5),
                        "",
                        LARGER_HEAP),
                arguments(
                        "seven million words with their vectors",
                        "words",
                        "words.txt",
                        "",
                        60,
                        (Part) i -> "w%x 1\n".formatted(i),
                        "",
                        LARGER_HEAP),
                arguments(
                        "a configuration of 2 MB",
                        "config",
                        "config.json",
                        "{",
                        2,
                        (Part) i -> "\"%d\":0,".formatted(i),
                        "\"x\":0}",
                        "at most 1048576 bytes"),
                arguments(
                        "a provenance of 2 MB",
                        "provenance",
                        "provenance.json",
                        "{",
                        2,
                        (Part) i -> "\"%d\":0,".formatted(i),
                        "\"x\":0}",
                        "at most 1048576 bytes"),
                arguments(
                        "properties of 200 MB",
                        "serving",
                        "serving.properties",
                        "",
                        200,
                        (Part) i -> "key%d=%s\n".formatted(i, "v".repeat(1000)),
                        "",
                        "bytes of properties"));
    }

    private static void write(Path file, String before, long bytes, Part part, String after)
            throws IOException {
        boolean isSafetensors = file.toString().endsWith(".safetensors");
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
            if (isSafetensors) {
                out.write(new byte[Long.BYTES]);
            }
            out.write(before.getBytes(StandardCharsets.UTF_8));
            long written = before.length();
            for (int i = 0; written < bytes; i++) {
                byte[] next = part.of(i).getBytes(StandardCharsets.UTF_8);
                out.write(next);
                written += next.length;
            }
            out.write(after.getBytes(StandardCharsets.UTF_8));
        }
        if (isSafetensors) {
            try (var channel = Files.newByteChannel(file, java.nio.file.StandardOpenOption.WRITE)) {
                channel.write(
                        ByteBuffer.allocate(Long.BYTES)
                                .order(ByteOrder.LITTLE_ENDIAN)
                                .putLong(0, Files.size(file) - Long.BYTES));
            }
        }
    }

    private String readInSmallHeap(String reader) throws Exception {
        Path out = folder.resolve("out.txt");
        Process process =
                new ProcessBuilder(
                                List.of(
                                        Path.of(System.getProperty("java.home"), "bin/java")
                                                .toString(),
                                        HEAP,
                                        "-XX:+UseSerialGC",
                                        "-XX:TieredStopAtLevel=1",
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        SmallHeapProcess.class.getName(),
                                        reader,
                                        folder.toString()))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .redirectOutput(out.toFile())
                        .start();
        try {
            return process.waitFor(SECONDS, TimeUnit.SECONDS)
                    ? Files.readString(out).strip()
                    : "not refused in %d seconds".formatted(SECONDS);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }
}
