package io.forestage.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** One tokenizer in many threads. */
class TextTokenizerThreadsTest {

    private static final int THREADS = 8;

    private static final List<String> TEXTS =
            IntStream.range(0, 200).mapToObj(i -> "text " + i + " 😀<|endoftext|>").toList();

    @Test
    void eightThreadsGetTheSameIds() throws Exception {
        try (TextTokenizer alone = TextTokenizer.gpt2();
                TextTokenizer shared = TextTokenizer.gpt2()) {
            List<long[]> expected = encodeAll(alone);
            for (List<long[]> found : inThreads(() -> encodeAll(shared))) {
                for (int i = 0; i < TEXTS.size(); i++) {
                    assertThat(found.get(i)).isEqualTo(expected.get(i));
                }
            }
        }
    }

    @Test
    void closingWaitsForThreadsThatEncode() throws Exception {
        TextTokenizer tokenizer = TextTokenizer.gpt2();
        CountDownLatch firsts = new CountDownLatch(THREADS);
        List<Integer> encoded =
                inThreads(
                        () -> {
                            int texts = 0;
                            try {
                                while (true) {
                                    assertThat(tokenizer.encode("Hello world").size()).isEqualTo(2);
                                    if (++texts == 1) {
                                        firsts.countDown();
                                    }
                                    if (firsts.getCount() == 0 && texts % 100 == 0) {
                                        tokenizer.close();
                                    }
                                }
                            } catch (IllegalStateException closed) {
                                return texts;
                            }
                        });
        assertThat(encoded).hasSize(THREADS).allMatch(texts -> texts > 0);
    }

    private static List<long[]> encodeAll(TextTokenizer tokenizer) {
        List<long[]> ids = new ArrayList<>();
        for (String text : TEXTS) {
            long[] asText = tokenizer.encode(text).ids();
            long[] recognized = tokenizer.encode(text, SpecialTokens.RECOGNIZED).ids();
            assertThat(tokenizer.decode(asText)).isEqualTo(text);
            ids.add(LongStream.concat(LongStream.of(asText), LongStream.of(recognized)).toArray());
        }
        return ids;
    }

    private static <T> List<T> inThreads(Callable<T> work) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<T> results = new ArrayList<>();
            List<Callable<T>> calls = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                calls.add(work);
            }
            for (Future<T> future : threads.invokeAll(calls)) {
                results.add(future.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }
}
