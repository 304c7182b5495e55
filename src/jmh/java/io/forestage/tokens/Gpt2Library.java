package io.forestage.tokens;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.forestage.tokens.files.Gpt2Vocabulary;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/** Opens GPT-2's tokenizer in Hugging Face's library, as a user of DJL does. */
public final class Gpt2Library {

    private Gpt2Library() {}

    /** Opens the tokenizer. */
    public static HuggingFaceTokenizer open() throws IOException {
        try (InputStream json = Gpt2Vocabulary.read().toJson().stream(false)) {
            return HuggingFaceTokenizer.newInstance(
                    json,
                    Map.of(
                            "truncation",
                            "false",
                            "padding",
                            "false",
                            "addSpecialTokens",
                            "false",
                            "modelMaxLength",
                            String.valueOf(Integer.MAX_VALUE)));
        }
    }
}
