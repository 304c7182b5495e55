package io.forestage.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.forestage.testing.FuzzedFile;
import io.forestage.testing.MutantTally;
import io.forestage.testing.Mutants;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Any provenance is refused, or stays the same when it is read and written again. */
class ProvenanceFuzzTest {

    private static final String SOUND =
            """
            {"source": "openai-community/gpt2@0123456789abcdef0123456789abcdef01234567",
             "sha256": {
              "wpe.weight": "6f1b0d7dd4cd0f0e5f5a1f4f9b1e0d4b0f9c7a55a1b5b2a7d1f7e6c3b2a19080",
              "wte.weight": "0a1b0d7dd4cd0f0e5f5a1f4f9b1e0d4b0f9c7a55a1b5b2a7d1f7e6c3b2a19080"},
             "training": {"task": "skipgram", "epochs": "3", "tokens": "1000000"}}
            """;

    private static final MutantTally TALLY = new MutantTally("provenance");

    @FuzzTest(maxDuration = "10s")
    void provenance(FuzzedDataProvider data) throws IOException {
        String json = Mutants.json(data, SOUND);
        FuzzedFile.write(Provenance.FILE_NAME, json.getBytes(StandardCharsets.UTF_8));
        Path folder = FuzzedFile.folder();
        try {
            Provenance found = Provenance.find(folder).orElseThrow();
            found.write(folder);
            assertThat(Provenance.find(folder)).contains(found);
            TALLY.read();
        } catch (ModelFolderException refused) {
            TALLY.refused(refused, "strict JSON", "complete JSON", "one JSON object");
        }
    }
}
