package io.forestage.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.forestage.weights.ElementType;
import io.forestage.weights.RowSource;
import io.forestage.weights.StoredType;
import io.forestage.weights.TensorSource;
import io.forestage.weights.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every byte of the model folders that an import and a training write: they are an interface. */
class ModelWriterTest {

    @TempDir Path temporary;

    @Test
    void anImportCopiesAConfigThatItNeedNotChange() throws IOException {
        Path source =
                source(
                        "{ \"vocab_size\":4,\"n_positions\": 3, \"n_embd\": 2e0,\n"
                                + "\"more\": [1.50] }");

        ImportReport report = convert(source, ImportOptions.defaults());

        assertThat(written())
                .isEqualTo(
                        """
                        d8c3710a config.json
                        80ea7575 model.safetensors
                        ea3b8bce provenance.json
                        388e99df serving.properties
                        """);
        assertThat(String.join(" ", report.files()))
                .isEqualTo("config.json model.safetensors provenance.json serving.properties");
        assertThat(text("config.json"))
                .isEqualTo(
                        """
                        { "vocab_size":4,"n_positions": 3, "n_embd": 2e0,
                        "more": [1.50] }\
                        """);
    }

    @Test
    void anImportIntoAnotherTypeChangesItsKeysAlone() throws IOException {
        Path source =
                source(
                        "{\"z\": {\"deep\": [1.50, 1e2, \"<a>\"]}, \"torch_dtype\": \"float64\","
                            + " \"vocab_size\": 4, \"n_positions\": 3, \"n_embd\": 2, \"dtype\":"
                            + " null}");
        BitSet trained = new BitSet();
        trained.set(1, 3);
        TrainedTokens.write(Files.createDirectory(source.resolve("training")), trained);
        tokenizer(source, "vocab.json", "merges.txt");

        ImportReport report =
                convert(
                        source,
                        ImportOptions.defaults()
                                .withStoredType(StoredType.FLOAT16)
                                .withSourceName("a name"));

        assertThat(written())
                .isEqualTo(
                        """
                        20b86eaa config.json
                        6c85cca0 merges.txt
                        4c5cdb12 model.safetensors
                        4b7a69af provenance.json
                        388e99df serving.properties
                        16ce3579 training/trained-tokens.npy
                        05fd381a vocab.json
                        """);
        assertThat(String.join(" ", report.files()))
                .isEqualTo(
                        "config.json model.safetensors vocab.json merges.txt training"
                                + " provenance.json serving.properties");
        assertThat(text("config.json"))
                .isEqualTo(
                        """
                        {
                          "z": {
                            "deep": [
                              1.50,
                              1e2,
                              "<a>"
                            ]
                          },
                          "torch_dtype": "float16",
                          "vocab_size": 4,
                          "n_positions": 3,
                          "n_embd": 2,
                          "dtype": "float16"
                        }
                        """);
        assertThat(text("provenance.json"))
                .isEqualTo(
                        """
                        {
                          "source": "a name",
                          "sha256": {
                            "wpe.weight": "7f1aa30065d32b86ceb62af8ac9ff93551cb9542500c00f073f664d7b101c011",
                            "wte.weight": "b6eaa0884f8150f11d6a0a795f40fdf95159486fea15dcb8bd32c4e105003ac9"
                          }
                        }
                        """);
    }

    @Test
    void anImportThatCutsPaddingChangesTheVocabulary() throws IOException {
        Path source = source("{\"vocab_size\": 4, \"n_positions\": 3, \"n_embd\": 2}");
        BitSet trained = new BitSet();
        trained.set(1);
        trained.set(3);
        TrainedTokens.write(Files.createDirectory(source.resolve("training")), trained);
        tokenizer(source, "vocab.json", "merges.txt");

        ImportReport report = convert(source, ImportOptions.defaults().withPaddingCut());

        assertThat(report.cutRows()).isOne();
        assertThat(written())
                .isEqualTo(
                        """
                        5413b595 config.json
                        6c85cca0 merges.txt
                        9e6c6657 model.safetensors
                        92186a99 provenance.json
                        388e99df serving.properties
                        fc44e6ca training/trained-tokens.npy
                        05fd381a vocab.json
                        """);
        assertThat(text("config.json"))
                .isEqualTo(
                        """
                        {
                          "vocab_size": 3,
                          "n_positions": 3,
                          "n_embd": 2
                        }
                        """);
    }

    @Test
    void anImportOfOpenAisFolderWritesHuggingFacesNames() throws IOException {
        Path source = source(null);
        Files.writeString(
                source.resolve("hparams.json"),
                "{\"n_vocab\": 4, \"n_ctx\": 3, \"n_embd\": 2, \"n_head\": 1, \"n_layer\": 12}");
        tokenizer(source, "encoder.json", "vocab.bpe");

        ImportReport report = convert(source, ImportOptions.defaults());

        assertThat(written())
                .isEqualTo(
                        """
                        822a831e config.json
                        6c85cca0 merges.txt
                        80ea7575 model.safetensors
                        ea3b8bce provenance.json
                        388e99df serving.properties
                        05fd381a vocab.json
                        """);
        assertThat(String.join(" ", report.files()))
                .isEqualTo(
                        "config.json model.safetensors vocab.json merges.txt provenance.json"
                                + " serving.properties");
        assertThat(text("config.json"))
                .isEqualTo(
                        """
                        {
                          "model_type": "gpt2",
                          "vocab_size": 4,
                          "n_embd": 2,
                          "n_head": 1,
                          "n_positions": 3,
                          "n_layer": 12
                        }
                        """);
    }

    @Test
    void anImportOfALoneFileWritesAConfigOfItsShapes() throws IOException {
        Path source = source(null);
        tokenizer(source, "vocab.json", "merges.txt");

        convert(source.resolve("model.safetensors"), ImportOptions.defaults());

        assertThat(written())
                .isEqualTo(
                        """
                        7054ca52 config.json
                        6c85cca0 merges.txt
                        80ea7575 model.safetensors
                        4eba1888 provenance.json
                        388e99df serving.properties
                        05fd381a vocab.json
                        """);
        assertThat(text("config.json"))
                .isEqualTo(
                        """
                        {
                          "model_type": "gpt2",
                          "vocab_size": 4,
                          "n_embd": 2,
                          "n_head": 1,
                          "n_positions": 3
                        }
                        """);
        assertThat(text("provenance.json"))
                .isEqualTo(
                        """
                        {
                          "source": "model.safetensors",
                          "sha256": {
                            "wpe.weight": "7f1aa30065d32b86ceb62af8ac9ff93551cb9542500c00f073f664d7b101c011",
                            "wte.weight": "b6eaa0884f8150f11d6a0a795f40fdf95159486fea15dcb8bd32c4e105003ac9"
                          }
                        }
                        """);
    }

    @Test
    void aTrainingWritesItsModel() throws IOException {
        Path other = source("{\"vocab_size\": 3, \"n_positions\": 3, \"n_embd\": 2}");
        tokenizer(other, "encoder.json", "vocab.bpe");
        BitSet trained = new BitSet();
        trained.set(0);
        Map<String, String> training = new LinkedHashMap<>();
        training.put("task", "test");
        training.put("a", "<b>");
        ModelWriter model =
                new ModelWriter(
                        config(PositionKind.LEARNED, OptionalLong.of(2)),
                        List.of(
                                rows("wte.weight", 3).as(ElementType.F16),
                                rows("wpe.weight", 3).as(ElementType.F16)),
                        ModelFolder.open(other),
                        "test training",
                        trained,
                        training);

        model.write(
                target(), false, folder -> Files.writeString(folder.resolve("curve.csv"), "step"));

        assertThat(written())
                .isEqualTo(
                        """
                        947a05df config.json
                        6c85cca0 merges.txt
                        09feb38c model.safetensors
                        197eb92c provenance.json
                        388e99df serving.properties
                        3e64cc41 training/curve.csv
                        f6df0000 training/trained-tokens.npy
                        05fd381a vocab.json
                        """);
        assertThat(text("config.json"))
                .isEqualTo(
                        """
                        {
                          "model_type": "gpt2",
                          "vocab_size": 3,
                          "n_positions": 3,
                          "n_embd": 2,
                          "n_head": 1,
                          "embd_pdrop": 0.1,
                          "initializer_range": 0.02,
                          "position_embedding_type": "learned",
                          "eos_token_id": 2
                        }
                        """);
        assertThat(text("provenance.json"))
                .isEqualTo(
                        """
                        {
                          "source": "test training",
                          "sha256": {
                            "wpe.weight": "7f1aa30065d32b86ceb62af8ac9ff93551cb9542500c00f073f664d7b101c011",
                            "wte.weight": "7f1aa30065d32b86ceb62af8ac9ff93551cb9542500c00f073f664d7b101c011"
                          },
                          "training": {
                            "task": "test",
                            "a": "<b>"
                          }
                        }
                        """);
        assertThat(model.isAt(target(), Map.of("task", "test"))).isTrue();
        assertThat(model.isAt(target(), Map.of("task", "other"))).isFalse();
    }

    @Test
    void aTrainingOfTokensAloneWritesNoPositions() throws IOException {
        new ModelWriter(
                        config(PositionKind.NONE, OptionalLong.empty()),
                        List.of(rows("wte.weight", 3).as(ElementType.F32)),
                        null,
                        "test",
                        null,
                        Map.of())
                .write(target(), false, folder -> {});

        assertThat(written())
                .isEqualTo(
                        """
                        61953238 config.json
                        8cf6ae88 model.safetensors
                        f3c9cb26 provenance.json
                        388e99df serving.properties
                        """);
        assertThat(text("config.json"))
                .isEqualTo(
                        """
                        {
                          "model_type": "gpt2",
                          "vocab_size": 3,
                          "n_positions": 3,
                          "n_embd": 2,
                          "n_head": 1,
                          "embd_pdrop": 0.1,
                          "initializer_range": 0.02,
                          "position_embedding_type": "none"
                        }
                        """);
    }

    private static ModelConfig config(PositionKind positions, OptionalLong end) {
        return new ModelConfig(3, 3, 2, 0.1, 0.02, positions, end, OptionalInt.empty());
    }

    private static RowSource rows(String name, int count) {
        return new RowSource(name, count, 2, row -> new float[] {row, row / 4f});
    }

    /** A folder whose wte has 4 rows and whose wpe has 3. */
    private Path source(@Nullable String config) throws IOException {
        Path folder = Files.createDirectory(temporary.resolve("source"));
        if (config != null) {
            Files.writeString(folder.resolve("config.json"), config);
        }
        List<TensorSource> tables =
                List.of(
                        rows("transformer.wte.weight", 4).as(ElementType.F32),
                        rows("transformer.wpe.weight", 3).as(ElementType.F32));
        SafetensorsWriter.write(folder.resolve("model.safetensors"), Map.of(), tables);
        return folder;
    }

    private static void tokenizer(Path folder, String vocabulary, String merges)
            throws IOException {
        Files.writeString(folder.resolve(vocabulary), "{\"\u0120\": 0, \"b\": 1, \"\u0120b\": 2}");
        Files.writeString(folder.resolve(merges), "#version: 0.2\n\u0120 b\n");
    }

    private ImportReport convert(Path source, ImportOptions options) throws IOException {
        return new ModelImport(source, target()).run(options);
    }

    private Path target() {
        return temporary.resolve("written");
    }

    private String text(String file) throws IOException {
        return Files.readString(target().resolve(file));
    }

    /** The files with the beginning of their SHA-256. */
    private String written() throws IOException {
        List<Path> files;
        try (Stream<Path> tree = Files.walk(target())) {
            files = tree.filter(Files::isRegularFile).sorted().toList();
        }
        List<String> written = new ArrayList<>();
        for (Path file : files) {
            String name = target().relativize(file).toString().replace('\\', '/');
            written.add(sha256(Files.readAllBytes(file)) + " " + name + "\n");
        }
        return String.join("", written);
    }

    private static String sha256(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return HexFormat.of().formatHex(digest, 0, 4);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
