package io.forestage.weights;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.forestage.testing.FuzzedFile;
import io.forestage.testing.MutantTally;
import io.forestage.testing.Mutants;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** For any index, the reader returns names of files beside it or throws its own exception. */
class ShardIndexFuzzTest {

    private static final String VALID =
            """
            {"metadata": {"total_size": 548090880}, "weight_map": {
              "transformer.wte.weight": "model-00001-of-00002.safetensors",
              "transformer.wpe.weight": "model-00002-of-00002.safetensors",
              "transformer.h.0.attn.bias": "model-00002-of-00002.safetensors"}}
            """;

    private static final MutantTally TALLY = new MutantTally("shard index");

    @FuzzTest(maxDuration = "10s")
    void index(FuzzedDataProvider data) throws IOException {
        String json = Mutants.json(data, VALID);
        Path file =
                FuzzedFile.write(
                        "model.safetensors.index.json", json.getBytes(StandardCharsets.UTF_8));
        try {
            ShardIndex index = ShardIndex.read(file);
            assertThat(index.shards()).isNotEmpty();
            for (String name : index.shards().values()) {
                assertThat(file.resolveSibling(name).normalize().getParent())
                        .isEqualTo(file.getParent());
            }
            assertThat(index.shards().values()).containsAll(index.shardsWithTables());
            TALLY.read();
        } catch (WeightFileException refused) {
            TALLY.refused(refused, "strict JSON", "complete JSON");
        }
    }
}
