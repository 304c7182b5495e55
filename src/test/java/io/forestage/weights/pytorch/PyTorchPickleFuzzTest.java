package io.forestage.weights.pytorch;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.forestage.testing.FuzzedFile;
import java.io.IOException;

/** Any pickle in a valid archive, since a fuzzer seldom gets past a zip file's checks. */
class PyTorchPickleFuzzTest {

    /** The sizes of the seeds' storages, which are named by number. */
    private static final int[] STORAGE_BYTES = {456, 168, 2};

    @FuzzTest(maxDuration = "10s")
    void pickle(byte[] bytes) throws IOException {
        TestZip zip = new TestZip().add("a/data.pkl", bytes);
        for (int key = 0; key < STORAGE_BYTES.length; key++) {
            zip.add("a/data/" + key, new byte[STORAGE_BYTES[key]]);
        }
        FuzzedFile.read("pickle.pt", zip.bytes(), PyTorchFile::open);
    }
}
