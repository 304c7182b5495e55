package io.forestage.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.forestage.tokens.bpe.ByteLevelModel;
import io.forestage.tokens.files.Gpt2Vocabulary;
import io.forestage.tokens.files.TokenizerFile;
import io.forestage.tokens.files.TokenizerJsonReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which vocabularies are encoded with in Java, and which are left to Hugging Face's library. */
class JavaEncoderKindsTest {

    private final Path folder;

    JavaEncoderKindsTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void gpt2sOwnVocabularyIs() throws IOException {
        assertThat(Gpt2Vocabulary.read().toJson().model()).isNotNull();
    }

    @Test
    void anyMergesOverAllBytesAre() throws IOException {
        assertThat(model(vocabulary().json())).isNotNull();
        assertThat(model(vocabulary().add("<a>", true, false).add("<b>", false, true).json()))
                .isNotNull();
    }

    @Test
    void aVocabularyThatLacksAByteIsNot() throws IOException {
        String json = vocabulary().json().replace("\"!\":33,", "");
        assertThat(model(json)).isNull();
    }

    @Test
    void anotherPreTokenizerIsNot() throws IOException {
        String json = vocabulary().json();
        assertThat(model(json.replace("prefix_space\": false", "prefix_space\": true"))).isNull();
        assertThat(model(json.replace("\"trim_offsets\": true", "\"use_regex\": false"))).isNull();
        assertThat(model(json.replaceFirst("\"pre_tokenizer\".*\n", "\"pre_tokenizer\": null,\n")))
                .isNull();
    }

    @Test
    void aNormalizerIsNot() throws IOException {
        String json = vocabulary().json();
        assertThat(
                        model(
                                json.replace(
                                        "\"normalizer\": null",
                                        "\"normalizer\": {\"type\": \"NFC\"}")))
                .isNull();
    }

    @Test
    void anAddedTokenWithSpaceOrOfAWordIsNot() throws IOException {
        String json = vocabulary().add("<a>", true, false).json();
        for (String setting : new String[] {"lstrip", "rstrip", "single_word"}) {
            String with = json.replace("\"special\"", "\"%s\":true,\"special\"".formatted(setting));
            assertThat(model(with)).as(setting).isNull();
        }
    }

    @Test
    void anAddedTokenThatMergesMakeTooIsNot() throws IOException {
        String added = "{\"id\": 256, \"content\": \"ab\", \"special\": true}";
        assertThat(model(vocabulary().json().replace("[]", '[' + added + ']'))).isNull();
        String one = "{\"id\": 65, \"content\": \"A\", \"special\": true}";
        assertThat(model(vocabulary().json().replace("[]", '[' + one + ']'))).isNull();
    }

    @Test
    void moreThanAThousandCharactersOfAddedTokensAreNot() throws IOException {
        ByteVocabulary vocabulary = vocabulary();
        for (int i = 0; i < 5; i++) {
            assertThat(model(vocabulary.json())).isNotNull();
            vocabulary.add("<" + i + "x".repeat(248), true, false);
        }
        assertThat(model(vocabulary.json())).isNull();
    }

    @Test
    void aVocabularyAfterItsMergesIsNot() throws IOException {
        String json = vocabulary().json();
        int vocab = json.indexOf("\"vocab\"");
        int merges = json.indexOf("\"merges\"");
        int end = json.indexOf("}}", merges);
        String swapped =
                json.substring(0, vocab)
                        + json.substring(merges, end)
                        + ", "
                        + json.substring(vocab, json.lastIndexOf(',', merges))
                        + json.substring(end);
        assertThat(model(swapped)).isNull();
        assertThat(TinyTokenizer.openJson(folder, swapped).encode("ab").ids()).containsExactly(256);
    }

    @Test
    void mergesOutsideTheVocabularyAreStillRefused() {
        for (String merge :
                new String[] {"\"a x\"", "\"ab\"", "\"a b c\"", "\" a\"", "[\"a\", \"x\"]"}) {
            String json = vocabulary().json().replace("[[\"a\",\"b\"]]", '[' + merge + ']');
            assertThat(json).contains('[' + merge + ']');
            assertThatExceptionOfType(TokenizerFileException.class)
                    .as(merge)
                    .isThrownBy(() -> TinyTokenizer.openJson(folder, json).close());
        }
    }

    private static ByteVocabulary vocabulary() {
        return new ByteVocabulary().merge("a", "b");
    }

    private @Nullable ByteLevelModel model(String json) throws IOException {
        Path file = Files.writeString(folder.resolve("tokenizer.json"), json);
        return TokenizerJsonReader.read(new TokenizerFile(file)).model();
    }
}
