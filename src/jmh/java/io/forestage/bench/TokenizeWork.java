package io.forestage.bench;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.EncodingType;
import com.knuddels.jtokkit.api.IntArrayList;
import io.forestage.tokens.Gpt2Library;
import io.forestage.tokens.SpecialTokens;
import io.forestage.tokens.TextTokenizer;
import io.forestage.tokens.TokenSequence;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/** An encoder of texts to GPT-2's ids, which runs on the threads of the calling pool. */
interface TokenizeWork {

    List<long[]> ids(List<String> texts);

    /** Returns an encoder. */
    static TokenizeWork of(Way way) throws IOException {
        return switch (way) {
            case FORESTAGE -> forestage(TextTokenizer.gpt2());
            case JTOKKIT ->
                    jtokkit(
                            Encodings.newDefaultEncodingRegistry()
                                    .getEncoding(EncodingType.R50K_BASE));
            case LIBRARY -> library(Gpt2Library.open());
        };
    }

    private static TokenizeWork forestage(TextTokenizer tokenizer) {
        return texts ->
                tokenizer.encodeAll(texts, SpecialTokens.AS_TEXT).stream()
                        .map(TokenSequence::ids)
                        .toList();
    }

    private static TokenizeWork jtokkit(com.knuddels.jtokkit.api.Encoding encoding) {
        return texts ->
                texts.parallelStream().map(text -> array(encoding.encodeOrdinary(text))).toList();
    }

    /** A batch runs on the library's own threads, one per core. */
    private static TokenizeWork library(HuggingFaceTokenizer tokenizer) {
        return texts -> Stream.of(tokenizer.batchEncode(texts)).map(Encoding::getIds).toList();
    }

    private static long[] array(IntArrayList ids) {
        long[] array = new long[ids.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = ids.get(i);
        }
        return array;
    }

    /** The encoders. */
    enum Way {
        FORESTAGE,
        JTOKKIT,
        LIBRARY
    }
}
