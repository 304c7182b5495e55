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
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.Stream;

/** An encoder of texts to GPT-2's ids, which runs on the threads of the calling pool. */
interface TokenizeWork {

    /** Written after each text's ids. */
    long END_OF_A_TEXT = -1;

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

    /** Returns the calls of one encoder on the threads of a pool, for a process of its own. */
    static Calls calls(Way way, List<String> texts, int threads) throws IOException {
        TokenizeWork work = of(way);
        ForkJoinPool pool = new ForkJoinPool(threads);
        return new Calls() {

            private List<long[]> ids = List.of();

            @Override
            public void run() {
                ids = pool.submit(() -> work.ids(texts)).join();
            }

            @Override
            public void write(FileChannel out) throws IOException {
                for (long[] text : ids) {
                    Calls.writeLongs(out, text);
                    Calls.writeLongs(out, END_OF_A_TEXT);
                }
            }
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
