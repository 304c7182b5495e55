package io.forestage.weights.zip;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.forestage.testing.FuzzedFile;
import io.forestage.weights.FileBytes;
import io.forestage.weights.WeightFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/** For any bytes, the archive returns entries or throws its own exception. */
class ZipArchiveFuzzTest {

    private static final int MOST_READ = 1 << 20;

    @FuzzTest(maxDuration = "10s")
    void zip(byte[] bytes) throws IOException {
        try (FileBytes file = FileBytes.open(FuzzedFile.write("file.zip", bytes));
                ZipArchive zip = ZipArchive.open(file)) {
            for (ZipArchive.Entry entry : zip.entries()) {
                if (entry.size() <= MOST_READ) {
                    readThrough(zip, entry);
                }
            }
        } catch (WeightFileException refused) {
            assertThat(refused).hasMessageContainingAll("expected ", "found ", "; ");
        }
    }

    private static void readThrough(ZipArchive zip, ZipArchive.Entry entry)
            throws WeightFileException {
        ByteBuffer all = ByteBuffer.allocate((int) entry.size());
        zip.bytes(entry).read(null, 0, all);
        assertThat(all.hasRemaining()).isFalse();
        if (entry.isDeflated()) {
            CRC32 crc = new CRC32();
            crc.update(all.array());
            assertThat(crc.getValue()).isEqualTo(entry.crc());
        }
    }
}
