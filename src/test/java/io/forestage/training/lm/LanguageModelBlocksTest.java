package io.forestage.training.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.tracker.Tracker;
import io.forestage.decoder.GenerationOptions;
import io.forestage.decoder.Gpt2Network;
import io.forestage.decoder.LanguageModel;
import io.forestage.decoder.LoadedDecoder;
import io.forestage.decoder.attention.Attention;
import io.forestage.model.ImportOptions;
import io.forestage.model.LoadOptions;
import io.forestage.model.ModelFolder;
import io.forestage.model.ModelImport;
import io.forestage.model.ModelVerification;
import io.forestage.nn.Gpt2InputEmbedding;
import io.forestage.nn.TiedProjection;
import io.forestage.optim.ParameterGroups;
import io.forestage.optim.RowSparseAdam;
import io.forestage.testing.TinyModel;
import io.forestage.training.Evaluation;
import io.forestage.training.StepOptions;
import io.forestage.training.TrainingRun;
import io.forestage.training.TrainingTexts;
import io.forestage.training.session.Interruption;
import io.forestage.training.session.Network;
import io.forestage.training.session.StartingModel;
import io.forestage.training.session.TestNetworks;
import io.forestage.weights.StoredType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Trainings of a language model with transformer blocks, for each kind of attention. */
class LanguageModelBlocksTest {

    private static final TrainingRun RUN = TrainingRun.defaults().withCheckpointEvery(2);

    @TempDir Path temporary;

    private Path text;
    private Path model;

    @BeforeEach
    void writeText() throws IOException {
        text = TrainingTexts.write(temporary.resolve("text.txt"), 600, 1);
        model = temporary.resolve("model");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "softmax",
                "linear elu",
                "linear exponentials:16:3",
                "fmm 3 elu,elu-flipped"
            })
    void theModelWrittenIsWhole(String attention) throws IOException {
        LanguageModelOptions options = options(attention, 0.01, 0);
        LanguageModelReport report = training(options).run(RUN, progress -> {});

        assertThat(loaded(options).loss()).isCloseTo(report.heldOut().loss(), within(1e-6));
        assertThat(ModelVerification.of(model).differing()).isEmpty();
        assertThat(ModelVerification.of(model).recorded())
                .containsKeys("wte.weight", "h.1.attn.c_attn.weight", "ln_f.bias");
        assertThat(Files.readString(model.resolve("config.json")))
                .contains("\"n_layer\": 2", "\"n_head\": 2")
                .contains(
                        attention.equals("softmax")
                                ? "\"architectures\""
                                : "\"forestage_attention\": \"%s".formatted(attention));
        assertThat(model.resolve("training/curve.png")).exists();
        assertThat(model.resolve("provenance.json")).content().contains("\"layers\": \"2\"");
    }

    /** With left padding, and one token after the other, as in one pass over the whole text. */
    @ParameterizedTest
    @ValueSource(strings = {"softmax", "linear elu", "linear cosines-and-sines:16", "fmm 3 elu"})
    void theModelContinuesTextsAsItPredictsThem(String attention) throws IOException {
        training(options(attention, 0.05, 0)).run(RUN, progress -> {});

        try (LanguageModel whole = LanguageModel.load(model)) {
            List<long[]> prompts = List.of(new long[] {464}, new long[] {464, 5822, 373});
            List<List<Long>> together =
                    whole.generateIds(prompts, GenerationOptions.greedy().withMaxTokens(5));
            for (int i = 0; i < prompts.size(); i++) {
                List<Long> ids = new ArrayList<>(Arrays.stream(prompts.get(i)).boxed().toList());
                for (long next : together.get(i)) {
                    float[][] logits =
                            whole.logits(ids.stream().mapToLong(Long::longValue).toArray());
                    assertThat(next).isEqualTo(greatest(logits[logits.length - 1]));
                    ids.add(next);
                }
            }
            assertThat(together).allSatisfy(added -> assertThat(added).hasSize(5));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"softmax", "linear exponentials:16:3", "fmm 3 elu,elu-flipped"})
    void importedWholeItContinuesTextsAsBefore(String attention) throws IOException {
        training(options(attention, 0.05, 0)).run(RUN, progress -> {});
        Path imported = temporary.resolve("imported");
        Path halves = temporary.resolve("halves");

        new ModelImport(model, imported).run(ImportOptions.defaults().withWhole());
        new ModelImport(model, halves)
                .run(ImportOptions.defaults().withWhole().withStoredType(StoredType.FLOAT16));

        assertThat(ModelVerification.of(imported).differing()).isEmpty();
        assertThat(ModelVerification.of(imported).recorded())
                .isEqualTo(ModelVerification.of(model).recorded());
        try (LanguageModel before = LanguageModel.load(model);
                LanguageModel after = LanguageModel.load(imported);
                LanguageModel rounded = LanguageModel.load(halves)) {
            List<long[]> prompts = List.of(new long[] {464}, new long[] {464, 5822, 373});
            GenerationOptions options = GenerationOptions.greedy().withMaxTokens(5);
            assertThat(after.logits(464, 5822)).isEqualTo(before.logits(464, 5822));
            assertThat(after.generateIds(prompts, options))
                    .isEqualTo(before.generateIds(prompts, options));
            assertThat(rounded.logits(464)[0])
                    .containsExactly(before.logits(464)[0], within(0.01f));
        }
    }

    /** The states of linear attention have no end, but a window's positions have. */
    @ParameterizedTest
    @ValueSource(strings = {"linear elu", "fmm 3 elu"})
    void moreThanAWindowIsRefusedWithTheNumbers(String attention) throws IOException {
        training(options(attention, 0.05, 0)).run(RUN, progress -> {});

        try (LanguageModel whole = LanguageModel.load(model)) {
            List<long[]> two = List.of(new long[1], new long[16]);
            assertThatThrownBy(() -> whole.generateIds(two, GenerationOptions.greedy()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "text 1: expected room for 1 more tokens within the model's 8"
                                    + " positions, found 16 tokens; shorten the text");
            assertThatThrownBy(() -> whole.logits(new long[9]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("ids: expected 1 to 8, the model's positions, found 9");
        }
    }

    private static long greatest(float[] logits) {
        int best = 0;
        for (int i = 0; i < logits.length; i++) {
            best = logits[i] > logits[best] ? i : best;
        }
        return best;
    }

    @ParameterizedTest
    @CsvSource({"softmax,0", "softmax,0.3", "linear cosines:8,0", "fmm 3 elu,0.3"})
    void aResumedTrainingEndsInTheSameBits(String attention, double dropout) throws IOException {
        LanguageModelOptions options = options(attention, 0.01, dropout);
        training(options).run(RUN, progress -> {});
        Path whole = Files.move(model, temporary.resolve("whole"));

        assertThatThrownBy(() -> training(options).run(RUN, Interruption.after(3)))
                .isInstanceOf(Interruption.class);
        training(options).run(RUN.withStart(TrainingRun.Start.RESUME), progress -> {});

        assertThat(model.resolve("model.safetensors"))
                .hasSameBinaryContentAs(whole.resolve("model.safetensors"));
    }

    @Test
    void aCheckpointOfAnotherAttentionIsNotResumed() throws IOException {
        LanguageModelTraining softmax = training(options("softmax", 0.01, 0));
        assertThatThrownBy(() -> softmax.run(RUN, Interruption.after(2)))
                .isInstanceOf(Interruption.class);
        LanguageModelTraining linear = training(options("linear elu", 0.01, 0));

        assertThatThrownBy(() -> linear.run(RUN.withStart(TrainingRun.Start.RESUME), p -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("attention");
    }

    @Test
    void headsThatDoNotDivideTheWidthAreRefused() {
        LanguageModelOptions options =
                options("softmax", 0.01, 0).withBlocks(new BlockOptions(1, 3, Attention.softmax()));

        assertThatThrownBy(() -> training(options).run(RUN, progress -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("heads: expected a divisor of the width 8, found 3");
    }

    @Test
    void aDamagedWeightIsFound() throws IOException {
        training(options("fmm 3 elu", 0.01, 0)).run(RUN, progress -> {});
        SortedMap<String, String> recorded = new TreeMap<>(ModelVerification.of(model).recorded());
        Path file = model.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] ^= 1;
        Files.write(file, bytes);

        assertThat(recorded).containsKey("h.0.attn.weights");
        assertThat(ModelVerification.of(model).differing()).hasSize(1);
    }

    @Test
    void newBlocksLearnOnTheTablesOfAModel() throws IOException {
        Path tiny = TinyModel.write(temporary.resolve("tiny"));
        LanguageModelOptions options =
                options("softmax", 0.01, 0)
                        .withBlocks(new BlockOptions(1, null, Attention.softmax()));

        new LanguageModelTraining(List.of(text), tiny, model, options).run(RUN, progress -> {});

        assertThat(Files.readString(model.resolve("config.json")))
                .contains("\"n_layer\": 1", "\"n_embd\": " + TinyModel.WIDTH);
    }

    /** Returns the evaluation of the folder's stage and decoder on the held-out text. */
    private Evaluation loaded(LanguageModelOptions options) throws IOException {
        ModelFolder folder = ModelFolder.open(model);
        NDManager manager = NDManager.newBaseManager("PyTorch");
        Gpt2InputEmbedding stage = folder.loadBlock(manager, LoadOptions.fineTuned()).block();
        LoadedDecoder decoder = LoadedDecoder.load(folder, manager, LoadOptions.fineTuned());
        Gpt2Network block =
                new Gpt2Network(
                        stage, decoder.decoder(), new TiedProjection(stage.getTokenEmbedding()));
        block.initialize(manager, DataType.FLOAT32, new Shape(1, 1));
        RowSparseAdam adam =
                RowSparseAdam.builder().optLearningRateTracker(Tracker.fixed(1)).build();
        try (Network network =
                new Network(
                        manager,
                        block,
                        ParameterGroups.builder().setBlock(block).setRest(adam).build(),
                        1,
                        "",
                        Network.Objective.ONE_CLASS,
                        false)) {
            LanguageModelData data =
                    LanguageModelData.read(List.of(text), StartingModel.of(null), options);
            return TestNetworks.learner(network, data.heldOut(), options.steps())
                    .evaluate(data.heldOut());
        }
    }

    private LanguageModelTraining training(LanguageModelOptions options) {
        return new LanguageModelTraining(List.of(text), null, model, options);
    }

    private static LanguageModelOptions options(String attention, double rate, double dropout) {
        return new LanguageModelOptions(8, 8, 6, rate, dropout, 0.1, new StepOptions(4, 2, 1, 1))
                .withBlocks(new BlockOptions(2, 2, Attention.parse(attention)));
    }
}
