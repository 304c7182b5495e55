package io.forestage.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * A folder like GPT-2's on the hub: its configuration, and a model.safetensors with the same 160
 * tensors and the same size. The file is sparse, to save disk space: only its header and the rows
 * that the benchmarks look up are written.
 */
public enum Gpt2Folder {
    /**
     * As published, with 548,105,171 bytes. Its data starts at byte 14291, so floats are not
     * aligned.
     */
    PUBLISHED(14291),
    /** As today's writers save the same tensors: the data starts at a multiple of 8. */
    ALIGNED(14296),
    /** As published, with all rows of the two tables, for benchmarks that read whole tables. */
    FILLED(14291);

    static final long VOCABULARY = 50257;
    static final long POSITIONS = 1024;
    static final long WIDTH = 768;

    private static final Path PARENT = Path.of("target", "bench");
    private static final int LAYERS = 12;
    private static final int FILLED_POSITIONS = 8;

    /**
     * The ids of "Hello" and "Hello, I'm a language model,", and the table's first and last row.
     */
    private static final long[] FILLED_IDS = {
        15496, 11, 314, 1101, 257, 3303, 2746, 0, VOCABULARY - 1
    };

    private final long dataStart;

    Gpt2Folder(long dataStart) {
        this.dataStart = dataStart;
    }

    Path path() {
        return PARENT.resolve("gpt2-" + name().toLowerCase(Locale.ROOT));
    }

    Path weights() {
        return path().resolve("model.safetensors");
    }

    /** Writes the folder if it does not exist. */
    Path make() throws IOException {
        if (Files.exists(path())) {
            return path();
        }
        Path unfinished =
                Files.createDirectories(path().resolveSibling(path().getFileName() + "-new"));
        Files.writeString(
                unfinished.resolve("config.json"),
                """
                {
                  "model_type": "gpt2",
                  "vocab_size": 50257,
                  "n_positions": 1024,
                  "n_embd": 768,
                  "embd_pdrop": 0.1,
                  "initializer_range": 0.02,
                  "bos_token_id": 50256,
                  "eos_token_id": 50256
                }
                """);
        writeWeights(unfinished.resolve("model.safetensors"));
        return Files.move(unfinished, path());
    }

    private void writeWeights(Path file) throws IOException {
        Files.deleteIfExists(file);
        try (FileChannel out =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.SPARSE)) {
            List<Tensor> tensors = placed();
            out.write(header(tensors), 0);
            Tensor last = tensors.get(tensors.size() - 1);
            out.write(ByteBuffer.allocate(1), dataStart + last.end() - 1);
            Random random = new Random(42);
            for (Tensor tensor : tensors) {
                for (long row : filledRows(tensor.name())) {
                    out.write(
                            values(random), dataStart + tensor.begin() + row * WIDTH * Float.BYTES);
                }
            }
        }
    }

    private ByteBuffer header(List<Tensor> tensors) {
        String json =
                tensors.stream()
                        .map(Tensor::json)
                        .collect(
                                Collectors.joining(
                                        ",", "{\"__metadata__\":{\"format\":\"pt\"},", "}"));
        int length = (int) dataStart - Long.BYTES;
        ByteBuffer header = ByteBuffer.allocate((int) dataStart).order(ByteOrder.LITTLE_ENDIAN);
        header.putLong(length);
        header.put(json.getBytes(StandardCharsets.UTF_8));
        while (header.hasRemaining()) {
            header.put((byte) ' ');
        }
        return header.flip();
    }

    private long[] filledRows(String tensor) {
        if (this == FILLED) {
            return allRows(tensor);
        }
        return switch (tensor) {
            case "wte.weight" -> FILLED_IDS;
            case "wpe.weight" -> LongStream.range(0, FILLED_POSITIONS).toArray();
            default -> new long[0];
        };
    }

    private static long[] allRows(String tensor) {
        return switch (tensor) {
            case "wte.weight" -> LongStream.range(0, VOCABULARY).toArray();
            case "wpe.weight" -> LongStream.range(0, POSITIONS).toArray();
            default -> new long[0];
        };
    }

    private static ByteBuffer values(Random random) {
        ByteBuffer row =
                ByteBuffer.allocate((int) WIDTH * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        while (row.hasRemaining()) {
            row.putFloat((float) (random.nextGaussian() * 0.1));
        }
        return row.flip();
    }

    /** Sorts by size: the tables come last, so that a reader must skip the other tensors. */
    private static List<Tensor> placed() {
        List<Tensor> tensors = new ArrayList<>(unplaced());
        tensors.sort(Comparator.comparingLong(Tensor::end).thenComparing(Tensor::name));
        long begin = 0;
        for (int i = 0; i < tensors.size(); i++) {
            tensors.set(i, tensors.get(i).at(begin));
            begin = tensors.get(i).end();
        }
        return tensors;
    }

    private static List<Tensor> unplaced() {
        List<Tensor> tensors = new ArrayList<>();
        tensors.add(new Tensor("wte.weight", 0, VOCABULARY, WIDTH));
        tensors.add(new Tensor("wpe.weight", 0, POSITIONS, WIDTH));
        tensors.add(new Tensor("ln_f.weight", 0, WIDTH));
        tensors.add(new Tensor("ln_f.bias", 0, WIDTH));
        for (int layer = 0; layer < LAYERS; layer++) {
            String prefix = "h." + layer + ".";
            tensors.add(new Tensor(prefix + "attn.bias", 0, 1, 1, POSITIONS, POSITIONS));
            for (String norm : List.of("ln_1", "ln_2")) {
                tensors.add(new Tensor(prefix + norm + ".weight", 0, WIDTH));
                tensors.add(new Tensor(prefix + norm + ".bias", 0, WIDTH));
            }
            linear(tensors, prefix + "attn.c_attn", WIDTH, 3 * WIDTH);
            linear(tensors, prefix + "attn.c_proj", WIDTH, WIDTH);
            linear(tensors, prefix + "mlp.c_fc", WIDTH, 4 * WIDTH);
            linear(tensors, prefix + "mlp.c_proj", 4 * WIDTH, WIDTH);
        }
        return tensors;
    }

    private static void linear(List<Tensor> tensors, String name, long in, long out) {
        tensors.add(new Tensor(name + ".weight", 0, in, out));
        tensors.add(new Tensor(name + ".bias", 0, out));
    }

    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Tensor(String name, long begin, long... shape) {

        long end() {
            return begin + Float.BYTES * Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        }

        Tensor at(long place) {
            return new Tensor(name, place, shape);
        }

        String json() {
            return "\"%s\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                    .formatted(name, Arrays.toString(shape).replace(" ", ""), begin, end());
        }
    }
}
