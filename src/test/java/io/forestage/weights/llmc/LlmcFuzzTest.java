package io.forestage.weights.llmc;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.forestage.testing.FuzzedFile;
import io.forestage.testing.Mutants;
import java.io.IOException;
import java.util.Arrays;

/** For any bytes, the reader returns tensors or throws its own exception. */
class LlmcFuzzTest {

    private static final byte[] SOUND = LlmcFileTest.model(3, 4);

    @FuzzTest(maxDuration = "10s")
    void llmc(byte[] bytes) throws IOException {
        FuzzedFile.read("model.bin", bytes, LlmcFile::open);
    }

    /** A sound file with another header: random bytes are refused at the beginning. */
    @FuzzTest(maxDuration = "10s")
    void header(FuzzedDataProvider data) throws IOException {
        byte[] file = SOUND.clone();
        byte[] values = Mutants.bytes(data, Arrays.copyOf(SOUND, 8 * Integer.BYTES));
        System.arraycopy(values, 0, file, 0, values.length);
        FuzzedFile.read("model.bin", file, LlmcFile::open);
    }
}
