package io.forestage.weights.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.forestage.testing.FuzzedFile;
import io.forestage.testing.Mutants;
import io.forestage.tokens.TextTokenizer;
import io.forestage.tokens.TokenizerFileException;
import io.forestage.weights.WeightFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** For any bytes, the readers return tensors and a tokenizer or throw their own exception. */
class GgufFuzzTest {

    private static final byte[] SOUND =
            GgufBytes.gpt2()
                    .text("tokenizer.ggml.model", "gpt2")
                    .texts("tokenizer.ggml.tokens", List.of("a", "b", "ab"))
                    .int32s("tokenizer.ggml.token_type", 1, 1, 3)
                    .texts("tokenizer.ggml.merges", List.of("a b"))
                    .uint32("general.alignment", 32)
                    .floats("token_embd.weight", 3, 2, 1, 2, 3, 4, 5, 6)
                    .tensor("position_embd.weight", 8, List.of(32L, 2L), new byte[68])
                    .tensor("output.weight", 12, List.of(256L), new byte[144])
                    .bytes();

    @FuzzTest(maxDuration = "10s")
    void gguf(byte[] bytes) throws IOException {
        read(bytes);
    }

    /** Random bytes are refused at the beginning; these reach the later checks. */
    @FuzzTest(maxDuration = "10s")
    void changed(FuzzedDataProvider data) throws IOException {
        read(Mutants.bytes(data, SOUND));
    }

    private static void read(byte[] bytes) throws IOException {
        Path file = FuzzedFile.write("model.gguf", bytes);
        FuzzedFile.read(file, GgufFile::open);
        try {
            GgufTokenizer found = GgufTokenizer.read(file).orElse(null);
            if (found != null) {
                TextTokenizer.fromTokenizerJson(file, found.json()).close();
            }
        } catch (WeightFileException | TokenizerFileException refused) {
            assertThat(refused).hasMessageContainingAll("expected ", "found ", "; ");
        }
    }
}
