package io.forestage.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The user's own lines stay when the translator's line is replaced. */
class ServingPropertiesTest {

    private static final String OURS =
            "blockFactory=io.forestage.pipeline.InputStageBlockFactory\n";

    private static final String OLD = "translatorFactory=io.forestage.Old\n";

    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                OURS + OLD + "a=b",
                OURS + OLD + "a=b\n",
                OURS + OLD + "a=b\\",
                OURS + OLD + "a=b\\\n",
                OURS + OLD + "a=b\\\\",
                OURS + OLD + "a=b  ",
                OURS + "a=\\\ntranslator=b\n",
                OURS + "translator=old\\\n a=b\n",
                OURS + "tr\\u0061nslator : old\n\ta=b",
                OURS + "translator old\r\na=b\r\n",
                OURS + "#a=b\\\ntranslatorFactory=old\n",
                OURS + "  ! translator=x\n\n\n\n \\\n translator = old\ntranslator\n",
                "\n\n" + OURS + "translators=b\ntranslatorFactory2=c\n"
            })
    void onlyTheTranslatorIsReplaced(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("serving.properties"), text);
        Properties before = ServingProperties.find(folder).orElseThrow();

        for (ServingProperties.Classes classes : ServingProperties.Classes.values()) {
            ServingProperties.write(folder, classes, false);

            Properties after = ServingProperties.find(folder).orElseThrow();
            assertThat(after.getProperty(classes.key())).isEqualTo(classes.translator());
            for (String key : new String[] {"translator", "translatorFactory"}) {
                before.remove(key);
                after.remove(key);
            }
            assertThat(after).isEqualTo(before);
        }
        assertThat(Files.readString(file)).doesNotContain("old", "Old");
    }

    @Test
    void aMillionBlankLinesTakeNoTime() throws IOException {
        Path file = folder.resolve("serving.properties");
        Files.writeString(file, OURS + "\n".repeat(1_000_000));

        ServingProperties.write(folder, ServingProperties.Classes.IN_FOLDER, false);

        assertThat(ServingProperties.find(folder).orElseThrow()).containsKey("translator");
    }

    @Test
    void aFileThatIsTooLongIsRefused() throws IOException {
        Files.writeString(folder.resolve("serving.properties"), OURS + "\n".repeat(1 << 20));

        assertThatExceptionOfType(ModelFolderException.class)
                .isThrownBy(() -> ServingProperties.find(folder))
                .withMessageContaining("expected at most 1048576 bytes of properties");
    }
}
