package io.forestage.weights.words;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.forestage.testing.FuzzedFile;
import io.forestage.testing.Mutants;
import io.forestage.weights.WeightFileException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;

/** For any bytes, the reader returns words with finite vectors or throws its own exception. */
class WordVectorFuzzTest {

    private static final byte[] BINARY =
            WordVectorFileTest.binary("3 2\n", "king ", 1f, 2f, "\nqueen ", 3f, 4f, "x ", 5f, 6f);

    private static final String TEXT = "3 2\nking 0.25 -1e-3\nqueen 3 4\n. . 5 6\n";

    @FuzzTest(maxDuration = "10s")
    void words(byte[] bytes) throws IOException {
        read(bytes);
    }

    @FuzzTest(maxDuration = "10s")
    void binary(FuzzedDataProvider data) throws IOException {
        read(Mutants.bytes(data, BINARY));
    }

    @FuzzTest(maxDuration = "10s")
    void text(FuzzedDataProvider data) throws IOException {
        boolean withHeader = data.consumeBoolean();
        String valid = withHeader ? TEXT : TEXT.substring(TEXT.indexOf('\n') + 1);
        read(Mutants.lines(data, valid).getBytes(StandardCharsets.UTF_8));
    }

    @FuzzTest(maxDuration = "10s")
    void packed(FuzzedDataProvider data) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(TEXT.getBytes(StandardCharsets.UTF_8));
        }
        read(Mutants.bytes(data, packed.toByteArray()));
    }

    private static void read(byte[] bytes) throws IOException {
        try (WordVectorFile file = WordVectorFile.open(FuzzedFile.write("words", bytes))) {
            float[] vector = new float[file.width()];
            assertThat(file.words().size()).isPositive();
            for (int i = 0; i < file.words().size(); i++) {
                file.read(i, 1, vector);
                for (float value : vector) {
                    assertThat(Float.isFinite(value)).isTrue();
                }
                assertThat(file.words().word(i)).isNotNull();
            }
        } catch (WeightFileException refused) {
            assertThat(refused).hasMessageContainingAll("expected ", "found ", "; ");
        }
    }
}
