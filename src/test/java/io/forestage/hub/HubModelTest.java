package io.forestage.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HubModelTest {

    @ParameterizedTest
    @CsvSource({
        "gpt2, openai-community/gpt2, main",
        "gpt2-medium, openai-community/gpt2-medium, main",
        "gpt2-large, openai-community/gpt2-large, main",
        "gpt2-xl, openai-community/gpt2-xl, main",
        "distilgpt2, distilbert/distilgpt2, main",
        "openai-community/gpt2, openai-community/gpt2, main",
        "My_Org/a.b-c_1, My_Org/a.b-c_1, main",
        "gpt2@v1.0, openai-community/gpt2, v1.0",
        "a/b@refs/pr/1, a/b, refs/pr/1"
    })
    void namesAreParsed(String text, String name, String revision) {
        assertThat(HubModel.parse(text)).isEqualTo(new HubModel(name, revision));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bert-base",
                "gpt2.safetensors",
                "a/b/c",
                "/a/b",
                "a/",
                "a/..",
                "../b",
                "a/b..c",
                "a/b--c",
                ".a/b",
                "-a/b",
                "a/b.",
                "a b/c",
                "a/b?c",
                "a/b#c",
                "a%2e/b",
                "ä/b",
                "a\\b",
                "a/b\n",
                "https://huggingface.co/gpt2"
            })
    void anotherNameIsRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HubModel.parse(text))
                .withMessageContaining(
                        "expected a model name: gpt2, gpt2-medium, gpt2-large, gpt2-xl, distilgpt2"
                                + " or OWNER/NAME, found")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "..", "a/../b", "/a", "a/", "a//b", "-a", "a b", "a?b", "a@b", "a%"})
    void anotherRevisionIsRefused(String revision) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HubModel.parse("gpt2@" + revision))
                .withMessageContaining("expected a revision: a branch, a tag or a commit, found");
    }
}
