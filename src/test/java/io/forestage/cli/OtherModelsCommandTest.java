package io.forestage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.forestage.weights.TensorSource;
import io.forestage.weights.safetensors.SafetensorsWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands on models whose tables have other names, and on folders without tables. */
class OtherModelsCommandTest {

    @TempDir Path temporary;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void verifyOfNothingFails() {
        assertThat(run("verify", temporary.toString())).isEqualTo(1);

        assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
        assertThat(err()).contains("found an empty folder");
    }

    @Test
    void theTablesOfTwoModelsAreChosenByName() throws IOException {
        Path both = temporary.resolve("both.safetensors");
        SafetensorsWriter.write(
                both,
                Map.of(),
                List.of(
                        table("model.wte.weight"),
                        table("model.wpe.weight"),
                        table("ema.wte.weight"),
                        table("ema.wpe.weight")));
        String slim = temporary.resolve("slim").toString();

        assertThat(run("import", both.toString(), "--model", slim)).isEqualTo(1);
        assertThat(err()).contains("name the one to use: --wte \"");
        assertThat(
                        run(
                                "import",
                                both.toString(),
                                "--model",
                                slim,
                                "--wte",
                                "ema.wte.weight",
                                "--wpe",
                                "ema.wpe.weight"))
                .isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("loaded    ema.wte.weight F32 [2, 1]")
                .contains("note      texts will be refused");
        assertThat(
                        run(
                                "embed",
                                "--model",
                                both.toString(),
                                "--wte",
                                "model.wte.weight",
                                "--wpe",
                                "ema.wpe.weight",
                                "--ids",
                                "1"))
                .isZero();
        assertThat(run("embed", "--model", slim, "--ids", "1")).isZero();
        assertThat(run("embed", "--model", slim, "a")).isEqualTo(1);
        assertThat(err()).contains("the model's own tokenizer for its vocabulary of 2 tokens");
    }

    @Test
    void aFolderOfAnotherFormatNamesIt() throws IOException {
        Files.createFile(temporary.resolve("tf_model.h5"));

        assertThat(
                        run(
                                "import",
                                temporary.toString(),
                                "--model",
                                temporary.resolve("slim").toString()))
                .isEqualTo(1);
        assertThat(err()).contains("only \"tf_model.h5\"").contains("from_tf=True");
    }

    private static TensorSource table(String name) {
        return TensorSource.ofFloats(name, List.of(2L, 1L), ByteBuffer.allocate(2 * Float.BYTES));
    }

    private int run(String... args) {
        return Forestage.run(out, err, args);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
