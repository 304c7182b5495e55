package io.forestage.weights.pytorch;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.forestage.testing.FuzzedFile;
import java.io.IOException;

/** For any bytes, the reader returns tensors or throws its own exception. */
class PyTorchZipFuzzTest {

    @FuzzTest(maxDuration = "10s")
    void zip(byte[] bytes) throws IOException {
        FuzzedFile.read("model.pt", bytes, PyTorchFile::open);
    }
}
