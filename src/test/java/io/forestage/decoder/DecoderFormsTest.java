package io.forestage.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.forestage.model.ImportOptions;
import io.forestage.model.LoadOptions;
import io.forestage.model.ModelImport;
import io.forestage.model.ModelVerification;
import io.forestage.weights.ElementType;
import io.forestage.weights.StoredType;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.TensorSource;
import io.forestage.weights.WeightFile;
import io.forestage.weights.gguf.GgufBytes;
import io.forestage.weights.numpy.NpzWriter;
import io.forestage.weights.safetensors.SafetensorsFile;
import io.forestage.weights.safetensors.SafetensorsWriter;
import io.forestage.weights.tensorflow.CheckpointBytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The same model in every form that weights come in computes the same. */
class DecoderFormsTest {

    private static final Path SOURCE = DecoderCase.FOLDER.resolve("gpt2-like");
    private static final String PREFIX = "transformer.";
    private static final int LAYERS = 2;
    private static final int WIDTH = 24;
    private static final int HEADS = 3;
    private static final long[] IDS = {72, 101, 108, 108, 111};

    /** A product with a transposed matrix adds in another order. */
    private static final Offset<Float> ROUNDING = within(1e-5f);

    @TempDir Path temporary;

    private final Map<String, Tensor> tensors = new LinkedHashMap<>();
    private Path folder;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Tensor(List<Long> shape, float[] values) {

        Tensor turned() {
            int rows = (int) (long) shape.get(0);
            int columns = (int) (long) shape.get(1);
            float[] turned = new float[values.length];
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < columns; j++) {
                    turned[j * rows + i] = values[i * columns + j];
                }
            }
            return new Tensor(List.of((long) columns, (long) rows), turned);
        }

        byte[] bytes() {
            ByteBuffer bytes =
                    ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
            for (float value : values) {
                bytes.putFloat(value);
            }
            return bytes.array();
        }
    }

    @BeforeEach
    void read() throws IOException {
        try (WeightFile file = SafetensorsFile.open(SOURCE.resolve("model.safetensors"))) {
            for (TensorEntry entry : file.tensors()) {
                ByteBuffer bytes =
                        ByteBuffer.allocate((int) entry.byteSize()).order(ByteOrder.nativeOrder());
                file.readFloats(entry, bytes);
                float[] values = new float[(int) entry.elementCount()];
                bytes.flip().asFloatBuffer().get(values);
                tensors.put(
                        entry.name().substring(PREFIX.length()), new Tensor(entry.shape(), values));
            }
        }
        folder = Files.createDirectory(temporary.resolve("model"));
    }

    @Test
    void namesWithoutAPrefixAndOldMasks() throws IOException {
        config();
        Map<String, Tensor> old = new LinkedHashMap<>(tensors);
        old.put("h.0.attn.bias", new Tensor(List.of(1L, 1L, 2L, 2L), new float[] {1, 0, 1, 1}));
        old.put("h.0.attn.masked_bias", new Tensor(List.of(1L), new float[] {-10000}));
        write("model.safetensors", old, name -> true);

        assertThat(logits(folder)).isEqualTo(expected());
        try (LanguageModel model = load(folder)) {
            assertThat(model.report().unused())
                    .extracting(TensorEntry::name)
                    .containsExactlyInAnyOrder("h.0.attn.bias", "h.0.attn.masked_bias");
            assertThat(model.report().loaded())
                    .hasSize(12 * LAYERS + 2)
                    .allMatch(each -> each.mapped());
        }
    }

    @Test
    void copiedIsAsMapped() throws IOException {
        try (LanguageModel model =
                LanguageModel.load(SOURCE, LoadOptions.frozen().copied(), null)) {
            assertThat(model.logits(IDS)).isEqualTo(expected());
            assertThat(model.report().loaded()).noneMatch(each -> each.mapped());
        }
    }

    @Test
    void shardsOfWhichTheTablesAreInOne() throws IOException {
        config();
        write("one.safetensors", tensors, name -> name.startsWith("w"));
        write("two.safetensors", tensors, name -> !name.startsWith("w"));
        String map =
                tensors.keySet().stream()
                        .map(
                                name ->
                                        "\"%s\": \"%s.safetensors\""
                                                .formatted(
                                                        name, name.startsWith("w") ? "one" : "two"))
                        .collect(Collectors.joining(", "));
        Files.writeString(
                folder.resolve("model.safetensors.index.json"), "{\"weight_map\": {" + map + "}}");

        assertThat(logits(folder)).isEqualTo(expected());
        Files.delete(folder.resolve("two.safetensors"));
        assertThatThrownBy(() -> load(folder).close())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the shard \"two.safetensors\" beside it");
    }

    @Test
    void gguf() throws IOException {
        same(ggufFile());
    }

    @Test
    void llmc() throws IOException {
        same(llmcFile());
    }

    @Test
    void openAisCheckpoint() throws IOException {
        assertThat(logits(openAisFolder())).isEqualTo(expected());
    }

    @Test
    void numpysArchive() throws IOException {
        config();
        NpzWriter.write(folder.resolve("model.npz"), sources(tensors, name -> true));

        assertThat(logits(folder)).isEqualTo(expected());
    }

    /** As torch.save writes a model, in one file and in shards. */
    @ParameterizedTest
    @ValueSource(strings = {"unscaled-bin", "unscaled-bin-shards"})
    void pickles(String name) throws IOException {
        Path pickled = DecoderCase.FOLDER.resolve(name);
        float[][] expected = logits(DecoderCase.FOLDER.resolve("unscaled"), 3, 1, 2);
        Path target = temporary.resolve("imported");

        new ModelImport(pickled, target).run(ImportOptions.defaults().withWhole());

        assertThat(logits(pickled, 3, 1, 2)).isDeepEqualTo(expected);
        assertThat(logits(target, 3, 1, 2)).isDeepEqualTo(expected);
        assertThat(ModelVerification.of(target).differing()).isEmpty();
    }

    @Test
    void everyFormImportedWholeIsTransformersFolder() throws IOException {
        Map<Path, Boolean> sources = new LinkedHashMap<>();
        sources.put(SOURCE, true);
        sources.put(ggufFile(), false);
        sources.put(llmcFile(), false);
        sources.put(openAisFolder(), false);
        for (Path source : sources.keySet()) {
            Path target = temporary.resolve("whole-" + source.getFileName());

            new ModelImport(source, target).run(ImportOptions.defaults().withWhole());

            assertThat(logits(target)).isEqualTo(expected());
            assertThat(ModelVerification.of(target).differing()).isEmpty();
            assertThat(ModelVerification.of(target).recorded()).hasSize(12 * LAYERS + 4);
        }
    }

    @Test
    void aWholeModelWithItsOwnHeadAndMinGptsLayout() throws IOException {
        Path source = DecoderCase.FOLDER.resolve("nano-sort");
        Path target = temporary.resolve("nano");

        new ModelImport(source, target).run(ImportOptions.defaults().withWhole());

        try (LanguageModel before = load(source);
                LanguageModel after = load(target)) {
            float[][] expected = before.logits(0, 2, 1);
            float[][] found = after.logits(0, 2, 1);
            for (int i = 0; i < 3; i++) {
                assertThat(found[i]).containsExactly(expected[i], ROUNDING);
            }
        }
    }

    @Test
    void halvesOfAWholeModelAreNear() throws IOException {
        Path target = temporary.resolve("halves");

        new ModelImport(SOURCE, target)
                .run(ImportOptions.defaults().withWhole().withStoredType(StoredType.FLOAT16));

        float[][] found = logits(target);
        for (int i = 0; i < IDS.length; i++) {
            assertThat(found[i]).containsExactly(expected()[i], within(0.1f));
        }
    }

    @Test
    void aMissingTensorIsNamed() throws IOException {
        config();
        write("model.safetensors", tensors, name -> !name.equals("h.1.mlp.c_fc.bias"));

        assertThatThrownBy(() -> load(folder).close())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("\"h.1.mlp.c_fc.bias\" in ")
                .hasMessageContaining("expected the tensor in the model's files");
    }

    @Test
    void aTensorOfAnotherShapeIsNamed() throws IOException {
        config();
        tensors.put("h.0.attn.c_proj.weight", new Tensor(List.of(2L, 2L), new float[4]));
        write("model.safetensors", tensors, name -> true);

        assertThatThrownBy(() -> load(folder).close())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("expected [24, 24] by the configuration, found [2, 2]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"n_layer\": 1| expected 1 blocks by n_layer, found 2 in the files",
                "\"n_layer\": 3| \"h.2.ln_1.weight\"",
                "\"n_head\": 7| n_head: expected a divisor of n_embd 24, found 7",
                "\"n_inner\": 5| expected [24, 5] by the configuration, found [24, 96]",
                "\"model_type\": \"gpt_neo\"| model_type: expected gpt2",
                "\"model_type\": \"forestage_gpt2\"| forestage_attention: expected the attention"
                        + " of",
                "\"forestage_attention\": \"linear\"| forestage_attention: expected linear"
                        + " FEATURES",
                "\"forestage_attention\": \"fmm 3 elu\"| \"h.0.attn.weights\"",
                "\"activation_function\": \"mish\"| activation_function: expected one of gelu_new",
                "\"add_cross_attention\": true| add_cross_attention: expected false",
                "\"scale_attn_weights\": \"yes\"| scale_attn_weights: expected true or false",
                "\"layer_norm_epsilon\": 0| layer_norm_epsilon: expected a number",
                "\"resid_pdrop\": 1| resid_pdrop: expected a number",
                "\"tie_word_embeddings\": false| \"lm_head.weight\"",
            })
    void aKeyThatCannotBeFollowedIsRefused(String key, String message) throws IOException {
        String name = key.substring(0, key.indexOf(':'));
        String text = Files.readString(SOURCE.resolve("config.json"));
        String changed =
                text.contains(name)
                        ? text.replaceFirst(name + ": [^,\\n]*", key)
                        : text.replaceFirst("\\{", "{" + key + ",");
        Files.writeString(folder.resolve("config.json"), changed);
        write("model.safetensors", tensors, any -> true);

        assertThatThrownBy(() -> load(folder).close())
                .isInstanceOf(IOException.class)
                .hasMessageContaining(message);
    }

    @Test
    void weightsThatDoNotSayTheirHeadsAreRefused() throws IOException {
        write("model.safetensors", tensors, name -> true);

        assertThatThrownBy(() -> load(folder).close())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("expected the number of heads, a divisor of 24")
                .hasMessageContaining("add the model's config.json");
    }

    private void same(Path file) throws IOException {
        float[][] found = logits(file);
        for (int i = 0; i < IDS.length; i++) {
            assertThat(found[i]).containsExactly(expected()[i], ROUNDING);
        }
    }

    private Path ggufFile() throws IOException {
        Map<String, String> names =
                Map.of(
                        "ln_1", "attn_norm",
                        "attn.c_attn", "attn_qkv",
                        "attn.c_proj", "attn_output",
                        "ln_2", "ffn_norm",
                        "mlp.c_fc", "ffn_up",
                        "mlp.c_proj", "ffn_down",
                        "ln_f", "output_norm");
        byte[] epsilon =
                ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(1e-5f).array();
        GgufBytes file =
                GgufBytes.gpt2()
                        .uint32("gpt2.attention.head_count", HEADS)
                        .value("gpt2.attention.layer_norm_epsilon", 6, epsilon);
        for (Map.Entry<String, Tensor> each : tensors.entrySet()) {
            String name = each.getKey();
            String kind = name.substring(name.lastIndexOf('.'));
            String part = name.substring(0, name.lastIndexOf('.'));
            boolean table = part.startsWith("w");
            Tensor tensor =
                    table || each.getValue().shape().size() == 1
                            ? each.getValue()
                            : each.getValue().turned();
            String layer = part.startsWith("h.") ? "blk." + part.charAt(2) + "." : "";
            String inBlock = part.startsWith("h.") ? part.substring(4) : part;
            String gguf =
                    table
                            ? (part.equals("wte") ? "token_embd" : "position_embd")
                            : names.get(inBlock);
            List<Long> dimensions = new ArrayList<>(tensor.shape());
            java.util.Collections.reverse(dimensions);
            file.tensor(layer + gguf + kind, 0, dimensions, tensor.bytes());
        }
        return Files.write(temporary.resolve("model.gguf"), file.bytes());
    }

    private Tensor tensor(String name) {
        return Objects.requireNonNull(tensors.get(name), name);
    }

    private Path llmcFile() throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ByteBuffer header = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt(20240326).putInt(3).putInt(24).putInt(257).putInt(LAYERS).putInt(HEADS);
        header.putInt(WIDTH).putInt(257);
        file.writeBytes(header.array());
        file.writeBytes(tensor("wte.weight").bytes());
        file.writeBytes(tensor("wpe.weight").bytes());
        for (String part :
                List.of("ln_1", "attn.c_attn", "attn.c_proj", "ln_2", "mlp.c_fc", "mlp.c_proj")) {
            for (String kind : List.of(".weight", ".bias")) {
                for (int layer = 0; layer < LAYERS; layer++) {
                    Tensor tensor = tensor("h." + layer + "." + part + kind);
                    file.writeBytes(
                            (tensor.shape().size() == 2 ? tensor.turned() : tensor).bytes());
                }
            }
        }
        file.writeBytes(tensor("ln_f.weight").bytes());
        file.writeBytes(tensor("ln_f.bias").bytes());
        return Files.write(temporary.resolve("model.bin"), file.toByteArray());
    }

    /** The names, the hyperparameters and the convolutions of width 1 of OpenAI's release. */
    private Path openAisFolder() throws IOException {
        CheckpointBytes checkpoint = new CheckpointBytes();
        tensors.forEach(
                (name, tensor) -> {
                    List<Long> shape = new ArrayList<>(tensor.shape());
                    if (name.startsWith("w")) {
                        checkpoint.tensor("model/" + name.substring(0, 3), shape, tensor.bytes());
                        return;
                    }
                    String[] parts = name.replaceFirst("^h\\.", "h").split("\\.");
                    int last = parts.length - 1;
                    boolean norm = parts[last - 1].startsWith("ln");
                    parts[last] = parts[last].equals("bias") ? "b" : norm ? "g" : "w";
                    if (shape.size() == 2) {
                        shape.add(0, 1L);
                    }
                    checkpoint.tensor("model/" + String.join("/", parts), shape, tensor.bytes());
                });
        Path openAis = Files.createDirectory(temporary.resolve("openai"));
        checkpoint.write(openAis);
        Files.writeString(
                openAis.resolve("hparams.json"),
                """
                {"n_vocab": 257, "n_ctx": 24, "n_embd": %d, "n_head": %d, "n_layer": %d}
                """
                        .formatted(WIDTH, HEADS, LAYERS));
        return openAis;
    }

    private void config() throws IOException {
        Files.copy(SOURCE.resolve("config.json"), folder.resolve("config.json"));
    }

    private void write(String file, Map<String, Tensor> all, Predicate<String> kept)
            throws IOException {
        SafetensorsWriter.write(folder.resolve(file), Map.of(), sources(all, kept));
    }

    private static List<TensorSource> sources(Map<String, Tensor> all, Predicate<String> kept) {
        List<TensorSource> sources = new ArrayList<>();
        all.forEach(
                (name, tensor) -> {
                    if (kept.test(name)) {
                        sources.add(
                                new TensorSource(
                                        name,
                                        ElementType.F32,
                                        tensor.shape(),
                                        channel -> channel.write(ByteBuffer.wrap(tensor.bytes()))));
                    }
                });
        return sources;
    }

    private static float[][] expected() throws IOException {
        return logits(SOURCE);
    }

    private static float[][] logits(Path path) throws IOException {
        return logits(path, IDS);
    }

    private static float[][] logits(Path path, long... ids) throws IOException {
        try (LanguageModel model = load(path)) {
            return model.logits(ids);
        }
    }

    private static LanguageModel load(Path path) throws IOException {
        return LanguageModel.load(path, LoadOptions.frozen().withIdsOnly(), null);
    }
}
