package io.forestage.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.forestage.model.ModelFolder;
import io.forestage.model.ModelFolderException;
import io.forestage.model.ServingProperties;
import io.forestage.testing.FuzzedFile;
import io.forestage.testing.MutantTally;
import io.forestage.testing.Mutants;
import io.forestage.testing.TinyModel;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.BeforeAll;

/** Whatever a folder's properties say: options, or a refusal; and their owner's lines are kept. */
class ServingPropertiesFuzzTest {

    private static final String SOUND =
            """
            # By this file DJL's Criteria and DJL Serving load the folder.
            engine=PyTorch
            blockFactory=io.forestage.pipeline.InputStageBlockFactory
            translatorFactory=io.forestage.pipeline.EmbeddingTranslatorFactory
            option.hasParameter=false
            pooling=mean
            normalize = true
            maxLength: 12
            onTooLong windows
            stride=3
            padding=longest
            paddingSide=left
            dtype=float32
            batch_size=8
            maxRequestBytes=1000
            maxRequestTexts=10
            """;

    private static final MutantTally TALLY = new MutantTally("serving.properties");

    private static PipelineArguments arguments;

    @BeforeAll
    static void openModel() throws IOException {
        Path folder = FuzzedFile.folder();
        arguments = new PipelineArguments(ModelFolder.open(TinyModel.write(folder)));
    }

    @FuzzTest(maxDuration = "10s")
    void properties(FuzzedDataProvider data) throws IOException {
        String text = Mutants.lines(data, SOUND);
        FuzzedFile.write(ServingProperties.FILE_NAME, text.getBytes(StandardCharsets.UTF_8));
        Path folder = FuzzedFile.folder();
        try {
            Properties found = ServingProperties.find(folder).orElseThrow();
            requireOthersKept(folder, found);
            Map<String, String> values = new HashMap<>();
            for (String name : found.stringPropertyNames()) {
                values.put(name, found.getProperty(name));
            }
            PipelineOptions options = arguments.ofModel(values);
            assertThat(options.rows().maxLength()).isBetween(1, TinyModel.POSITIONS);
            assertThat(PipelineArguments.limits(values).texts()).isPositive();
            TALLY.read();
        } catch (ModelFolderException refused) {
            TALLY.refused(refused, "malformed escape");
        } catch (CharacterCodingException | IllegalArgumentException refused) {
            TALLY.refused(refused);
        }
    }

    /** A new translator's line leaves everything else as its owner wrote it. */
    private static void requireOthersKept(Path folder, Properties before) throws IOException {
        if (!ServingProperties.areOurs(before)) {
            return;
        }
        ServingProperties.write(folder, ServingProperties.Classes.IN_FOLDER, false);
        Properties after = ServingProperties.find(folder).orElseThrow();
        assertThat(after.getProperty("translator"))
                .isEqualTo(ServingProperties.Classes.IN_FOLDER.translator());
        assertThat(others(after)).isEqualTo(others(before));
    }

    private static Map<Object, Object> others(Properties properties) {
        Map<Object, Object> others = new HashMap<>(properties);
        others.remove("translator");
        others.remove("translatorFactory");
        others.remove(""); // How Java reads a backslash alone before the end of the file.
        return others;
    }
}
