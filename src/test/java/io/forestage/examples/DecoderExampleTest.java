package io.forestage.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.training.ParameterStore;
import io.forestage.InputStage;
import io.forestage.decoder.Generation;
import io.forestage.decoder.GenerationOptions;
import io.forestage.decoder.Gpt2Decoder;
import io.forestage.decoder.LanguageModel;
import io.forestage.decoder.LoadedDecoder;
import io.forestage.model.LoadOptions;
import io.forestage.model.ModelFolder;
import io.forestage.nn.TiedProjection;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The transformer blocks on the stage: a text that goes on, and GPT-2 as a sequence of blocks. */
class DecoderExampleTest {

    private final Path folder = Path.of("src/test/resources/decoder/gpt2-like");

    @Test
    void aTextGoesOn() throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            try (LanguageModel model =
                    LanguageModel.load(folder)) { // such as Path.of("models/gpt2")
                Generation next = model.generate("Once upon a time", GenerationOptions.greedy());
                System.out.println(next.text());
            }
        } finally {
            System.setOut(before);
        }
        assertThat(printed.toString(StandardCharsets.UTF_8)).endsWith("\n").hasSizeGreaterThan(1);
    }

    @Test
    void gpt2AsASequenceOfBlocks() throws Exception {
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                LanguageModel model = LanguageModel.load(folder);
                InputStage stage = InputStage.load(folder)) {
            Gpt2Decoder decoder =
                    LoadedDecoder.load(ModelFolder.open(folder), manager, LoadOptions.frozen())
                            .decoder();
            Block gpt2 =
                    new SequentialBlock()
                            .add(stage.block())
                            .add(decoder)
                            .add(new TiedProjection(stage.block().getTokenEmbedding()));
            gpt2.initialize(manager, DataType.FLOAT32, new Shape(1, 3));
            NDArray ids = manager.create(new long[][] {{72, 105, 33}});
            NDArray logits =
                    gpt2.forward(new ParameterStore(manager, false), new NDList(ids), false)
                            .singletonOrThrow();
            assertThat(logits.getShape()).isEqualTo(new Shape(1, 3, 257));
            assertThat(logits.get("0, 2").toFloatArray())
                    .containsExactly(model.logits(72, 105, 33)[2], within(1e-6f));
        }
    }
}
