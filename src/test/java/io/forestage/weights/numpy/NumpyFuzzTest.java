package io.forestage.weights.numpy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.forestage.testing.FuzzedFile;
import java.io.IOException;

/** For any bytes, the reader returns tensors or throws its own exception. */
class NumpyFuzzTest {

    @FuzzTest(maxDuration = "10s")
    void npy(byte[] bytes) throws IOException {
        FuzzedFile.read("array.npy", bytes, NumpyFile::open);
    }

    @FuzzTest(maxDuration = "10s")
    void npz(byte[] bytes) throws IOException {
        FuzzedFile.read("arrays.npz", bytes, NumpyFile::open);
    }
}
