package io.forestage.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.forestage.testing.FuzzedFile;
import io.forestage.testing.MutantTally;
import io.forestage.testing.Mutants;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Any state is refused, or stays the same when it is written and read again. */
class CorpusStateFuzzTest {

    private static final String SOUND =
            """
            {"run": {"pooling": "mean", "input 1, a.txt": "12 bytes of 2026-11-27T22:04:00Z"},
             "input": 0, "offset": 4096, "checksum": 4294967295, "line": 12,
             "lines": 12, "tokens": 345, "skipped": 1, "sizes": {"vectors": 1664, "errors": 20}}
            """;

    private static final MutantTally TALLY = new MutantTally("corpus state");

    @FuzzTest(maxDuration = "10s")
    void state(FuzzedDataProvider data) throws IOException {
        String json = Mutants.json(data, SOUND);
        FuzzedFile.write("state.json", json.getBytes(StandardCharsets.UTF_8));
        try {
            CorpusState state = CorpusState.read(FuzzedFile.folder().resolve("state.json"));
            assertThat(CorpusState.parse(state.toJson())).isEqualTo(state);
            TALLY.read();
        } catch (CorpusException refused) {
            TALLY.refused(refused, "strict JSON", "complete JSON", "an object");
        }
    }
}
