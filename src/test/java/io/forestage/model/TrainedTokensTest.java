package io.forestage.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forestage.testing.TinyModel;
import io.forestage.weights.ElementType;
import io.forestage.weights.numpy.NpyWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainedTokensTest {

    @TempDir Path temporary;
    private Path model;
    private Path training;

    @BeforeEach
    void write() throws IOException {
        model = TinyModel.write(temporary.resolve("model"));
        training = Files.createDirectory(model.resolve("training"));
    }

    @Test
    void aModelWithoutARecordHasNone() throws IOException {
        assertThat(ModelFolder.open(model).trainedTokens()).isEmpty();
    }

    /** The seed counts only where no weights are. */
    @Test
    void aModelThatIsDrawnFromASeedHasNoTrainedTokens() throws IOException {
        TinyModel.config(model, ", \"forestage_random_seed\": 3");
        assertThat(ModelFolder.open(model).trainedTokens()).isEmpty();

        Files.delete(model.resolve("model.safetensors"));
        assertThat(ModelFolder.open(model).trainedTokens()).contains(new BitSet());
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        for (int[] ids : new int[][] {{}, {0}, {3, 5, TinyModel.VOCABULARY - 1}}) {
            BitSet tokens = new BitSet();
            for (int id : ids) {
                tokens.set(id);
            }
            TrainedTokens.write(training, tokens);

            assertThat(ModelFolder.open(model).trainedTokens()).contains(tokens);
        }
    }

    @Test
    void anImportKeepsThem() throws IOException {
        BitSet tokens = new BitSet();
        tokens.set(2, 7);
        TrainedTokens.write(training, tokens);
        Path imported = temporary.resolve("imported");

        new ModelImport(model, imported).run(ImportOptions.defaults());

        assertThat(ModelFolder.open(imported).trainedTokens()).contains(tokens);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1 1 | expected ids from 0 to 50256, ascending, found 1 at index 1",
                "5 4 | found 4 at index 1",
                "-1  | found -1 at index 0",
                "50257 | found 50257 at index 0",
            })
    void whatCannotBeIsRefused(String ids, String message) throws IOException {
        String[] each = ids.trim().split(" ", -1);
        ByteBuffer bytes = ByteBuffer.allocate(each.length * 8).order(ByteOrder.LITTLE_ENDIAN);
        for (String id : each) {
            bytes.putLong(Long.parseLong(id));
        }
        NpyWriter.write(
                training.resolve("trained-tokens.npy"),
                ElementType.I64,
                List.of((long) each.length),
                channel -> channel.write(bytes.rewind()));

        assertThatThrownBy(() -> ModelFolder.open(model).trainedTokens())
                .hasMessageContaining("trained-tokens.npy")
                .hasMessageContaining(message)
                .hasMessageContaining("train the model again, or remove the file");
    }

    @Test
    void anotherShapeIsRefused() throws IOException {
        NpyWriter.write(
                training.resolve("trained-tokens.npy"),
                ElementType.I64,
                List.of(1L, 1L),
                channel -> channel.write(ByteBuffer.allocate(8)));

        assertThatThrownBy(() -> ModelFolder.open(model).trainedTokens())
                .hasMessageContaining("expected at most 50257 ids, I64, found I64 [1, 1]");
    }
}
