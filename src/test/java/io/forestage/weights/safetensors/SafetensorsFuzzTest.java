package io.forestage.weights.safetensors;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.forestage.testing.FuzzedFile;
import java.io.IOException;

/** For any bytes, the reader returns tensors or throws its own exception. */
class SafetensorsFuzzTest {

    @FuzzTest(maxDuration = "10s")
    void safetensors(byte[] bytes) throws IOException {
        FuzzedFile.read("model.safetensors", bytes, SafetensorsFile::open);
    }
}
