package io.forestage;

import static io.forestage.testing.HostileText.TEXT;
import static io.forestage.testing.HostileText.assertHarmless;
import static io.forestage.testing.HostileText.everywhereIn;
import static io.forestage.testing.HostileText.messageOf;
import static io.forestage.testing.HostileText.quoted;
import static org.assertj.core.api.Assertions.assertThat;

import io.forestage.model.ModelFolder;
import io.forestage.model.ModelVerification;
import io.forestage.testing.HostileText.Action;
import io.forestage.testing.TinyModel;
import io.forestage.tokens.TextTokenizer;
import io.forestage.training.classify.TextClassifier;
import io.forestage.weights.ShardIndex;
import io.forestage.weights.TensorSource;
import io.forestage.weights.WeightFile;
import io.forestage.weights.numpy.NumpyFile;
import io.forestage.weights.safetensors.SafetensorsFile;
import io.forestage.weights.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of a stranger whose strings would steer a terminal: each is refused in one short line. */
class HostileTextTest {

    private static final String TOKENIZER =
            """
            {"version": "1.0", "added_tokens": [{"id": 6, "content": "<x>", "single_word": false,
              "lstrip": false, "rstrip": false, "normalized": false, "special": true}],
             "normalizer": {"type": "Sequence", "normalizers": [{"type": "NFC"}]},
             "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false,
              "trim_offsets": true, "use_regex": true},
             "post_processor": null,
             "decoder": {"type": "ByteLevel", "add_prefix_space": true},
             "model": {"type": "BPE", "dropout": 0.5, "unk_token": null, "fuse_unk": false,
              "continuing_subword_prefix": "", "end_of_word_suffix": "", "byte_fallback": false,
              "vocab": {"h": 0, "e": 1, "l": 2, "o": 3, "he": 4, "hel": 5},
              "merges": ["h e", ["he", "l"]]}}
            """;

    private static final String CONFIG =
            """
            {"model_type": "gpt2", "vocab_size": 50257, "n_positions": 32, "n_ctx": 32, "n_embd": 3,
             "embd_pdrop": 0.1, "initializer_range": 0.02, "bos_token_id": 1, "eos_token_id": 2,
             "pad_token_id": 3, "position_embedding_type": "learned", "architectures": ["a"],
             "forestage_random_seed": 1, "torch_dtype": "float32"}
            """;

    @TempDir Path folder;

    private final List<String> messages = new ArrayList<>();
    private int failures;

    @BeforeEach
    void writeModel() throws IOException {
        TinyModel.write(folder);
    }

    @Test
    void aConfiguration() throws IOException {
        for (String json : everywhereIn(CONFIG)) {
            write("config.json", json);
            check(() -> ModelFolder.open(folder));
        }
        assertAllHarmless(40);
    }

    @Test
    void aProvenance() throws IOException {
        String sound =
                "{\"source\": \"x\", \"sha256\": {\"wte.weight\": \"00\"}, \"training\": {}}";
        for (String json : everywhereIn(sound)) {
            write("provenance.json", json);
            check(() -> ModelVerification.of(folder));
        }
        assertAllHarmless(10);
    }

    @Test
    void aTokenizer() throws IOException {
        for (String json : everywhereIn(TOKENIZER)) {
            write("tokenizer.json", json);
            check(() -> TextTokenizer.fromFolder(folder).close());
        }
        assertAllHarmless(200);
    }

    @Test
    void aVocabulary() throws IOException {
        write("merges.txt", "#version: 0.2\nh e\nhe l\n");
        for (String json : everywhereIn("{\"h\": 0, \"e\": 1, \"l\": 2, \"he\": 3, \"hel\": 4}")) {
            write("vocab.json", json);
            check(() -> TextTokenizer.fromFolder(folder).close());
        }
        assertAllHarmless(20);
    }

    @Test
    void merges() throws IOException {
        write("vocab.json", "{\"h\": 0, \"e\": 1, \"he\": 2, %s: 3}".formatted(quoted(TEXT)));
        String line = TEXT.replaceAll("\\R", "");
        for (String text :
                List.of(
                        line,
                        "h " + line,
                        line + " h",
                        line + " h e",
                        "h e\n" + line + "\n" + line)) {
            write("merges.txt", "#version: 0.2\n" + text + "\n");
            check(() -> TextTokenizer.fromFolder(folder).close());
        }
        assertAllHarmless(4);
    }

    @Test
    void anIndexOfShards() throws IOException {
        String sound = "{\"metadata\": {\"total_size\": 1}, \"weight_map\": {\"a\": \"b\"}}";
        for (String json : everywhereIn(sound)) {
            Path file = write("model.safetensors.index.json", json);
            check(() -> ShardIndex.read(file));
        }
        assertAllHarmless(15);
    }

    @Test
    void aSafetensorsHeader() throws IOException {
        String sound =
                "{\"__metadata__\": {\"a\": \"b\"},"
                        + " \"a\": {\"dtype\": \"F32\", \"shape\": [2], \"data_offsets\": [0, 8]}}";
        for (String json : everywhereIn(sound)) {
            byte[] header = json.getBytes(StandardCharsets.UTF_8);
            ByteBuffer bytes =
                    ByteBuffer.allocate(8 + header.length + 8)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putLong(header.length)
                            .put(header);
            Path file = Files.write(folder.resolve("a.safetensors"), bytes.array());
            check(() -> readAll(SafetensorsFile.open(file)));
        }
        assertAllHarmless(30);
    }

    @Test
    void aNumpyHeader() throws IOException {
        String line = TEXT.replaceAll("\\R", "");
        for (String header :
                List.of(
                        "{'descr': '" + line + "', 'fortran_order': False, 'shape': (2,), }",
                        "{'descr': '<f4', 'fortran_order': " + line + ", 'shape': (2,), }",
                        "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), '"
                                + line
                                + "': 1}",
                        "{'descr': '<f4', '" + line + "': 1, '" + line + "': 1}",
                        "{'descr': [('" + line + "', '<f4')], 'fortran_order': False}",
                        TEXT)) {
            byte[] text = header.getBytes(StandardCharsets.ISO_8859_1);
            ByteBuffer bytes =
                    ByteBuffer.allocate(10 + text.length + 8)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .put("\u0093NUMPY\1\0".getBytes(StandardCharsets.ISO_8859_1))
                            .putShort((short) text.length)
                            .put(text);
            Path file = Files.write(folder.resolve("a.npy"), bytes.array());
            check(() -> readAll(NumpyFile.open(file)));
        }
        assertAllHarmless(5);
    }

    @Test
    void labelsOfAClassifier() throws IOException {
        Path head = Files.createDirectory(folder.resolve("training")).resolve("head.safetensors");
        SafetensorsWriter.write(
                head,
                Map.of("label 0", TEXT, "label 1", TEXT),
                List.of(TensorSource.ofLongs(TEXT, List.of(1L), new long[1])));
        check(() -> TextClassifier.load(folder).close());
        SafetensorsWriter.write(
                head,
                Map.of("label 0", TEXT, "label 1", TEXT + "y"),
                List.of(TensorSource.ofLongs(TEXT, List.of(1L), new long[1])));
        check(() -> TextClassifier.load(folder).close());
        assertAllHarmless(2);
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static void readAll(WeightFile file) throws IOException {
        try (file) {
            file.require("no such tensor");
        }
    }

    private void check(Action reader) {
        String message = messageOf(reader);
        if (!message.isEmpty()) {
            failures++;
            try {
                assertHarmless(message);
            } catch (AssertionError bad) {
                messages.add(message.substring(0, Math.min(300, message.length())));
            }
        }
    }

    /** So many files at least are refused: else this test would be about nothing. */
    private void assertAllHarmless(int least) {
        assertThat(messages).as("of %d refusals", failures).isEmpty();
        assertThat(failures).isGreaterThanOrEqualTo(least);
    }
}
