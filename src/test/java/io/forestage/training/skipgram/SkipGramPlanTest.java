package io.forestage.training.skipgram;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The tasks of a training on several machines, run in one process. */
class SkipGramPlanTest {

    private static final int VOCABULARY = 600;

    private static final SkipGramOptions OPTIONS =
            new SkipGramOptions(12, 3, 4, 2, 0.01, 0.1, 2, 42);

    @Test
    void packedNumbersAreReadAsTheyWereWritten() {
        int[] numbers = {0, 1, 127, 128, 16383, 16384, 50256, 1 << 30, Integer.MAX_VALUE};
        PackedNumbers packed = new PackedNumbers();
        for (int number : numbers) {
            packed.add(number);
        }
        PackedNumbers.Reader read = new PackedNumbers.Reader(packed.toArray());
        for (int number : numbers) {
            assertThat(read.hasNext()).isTrue();
            assertThat(read.next()).isEqualTo(number);
        }
        assertThat(read.hasNext()).isFalse();
    }

    @Test
    void pairsOfATextAreThoseOfTheSingleMachine() {
        List<PackedText> texts = texts(50, 5);
        long[] counts =
                Arrays.stream(PlanTraining.counts(texts, VOCABULARY))
                        .map(n -> n < OPTIONS.minCount() ? 0 : n)
                        .toArray();
        TrainedTokens tokens = new TrainedTokens(counts, OPTIONS);
        int subparts = tokens.mostParts() / 2;
        assertThat(subparts).isGreaterThan(1);
        int count = 2 * subparts;
        VocabularyPartition parts = tokens.parts(count, 0);
        SkipGramPlan plan = plan(texts, 2, 1);
        assertThat(plan.identity(1)).containsEntry("subparts", Integer.toString(subparts));
        StepPairs all = plan.pairs(0);
        List<List<String>> expected = new ArrayList<>();
        for (int block = 0; block < count * count; block++) {
            expected.add(new ArrayList<>());
        }
        for (PackedText text : texts) {
            all.add(text, 3);
            IntStream.Builder ids = IntStream.builder();
            for (PackedNumbers.Reader read = text.ids(); read.hasNext(); ) {
                ids.add(read.next());
            }
            int[] kept = ids.build().filter(tokens::has).toArray();
            new PairMaker(kept, tokens.subsampling().epoch(0, text.place(), 3), OPTIONS.window())
                    .make(
                            0,
                            kept.length,
                            (center, context) ->
                                    expected.get(parts.block(center, context))
                                            .add(center + " " + context));
        }
        for (int block = 0; block < count * count; block++) {
            int i = block / count;
            int j = block % count;
            byte[][] packed =
                    StepPairs.bySubparts(all.ofBlock(i / subparts, j / subparts), subparts);
            StepPairs.Unpacked pairs =
                    StepPairs.unpack(
                            packed[i % subparts * subparts + j % subparts],
                            parts.members(i),
                            parts.members(j));
            List<String> found = new ArrayList<>();
            for (int k = 0; k < pairs.size(); k++) {
                found.add(pairs.centers()[k] + " " + pairs.contexts()[k]);
            }
            assertThat(found).hasSizeGreaterThan(10).isEqualTo(expected.get(block));
        }
    }

    @Test
    void theBitsAreTheSameForAnyOrderOfTheTextsAnySlicesAndAnyThreads() throws Exception {
        List<PackedText> texts = texts(2_000, 1);
        texts.addAll(texts(100, 1)); // equal texts
        SkipGramPlan plan = plan(texts, 8, 3);
        float[][] one = rows(plan, texts, 1, 1);
        Collections.shuffle(texts, new Random(5));

        assertThat(rows(copy(plan), texts, 4, 2)).isDeepEqualTo(one);
        assertThat(rows(plan(texts, 4, 3), texts, 1, 1))
                .as("other parts have other bits")
                .isNotEqualTo(one);
    }

    @Test
    void equalTextsHaveRandomNumbersOfTheirOwn() {
        List<PackedText> texts = texts(200, 1);
        SkipGramPlan plan = plan(texts, 1, 1);
        int differing = 0;
        for (PackedText text : texts) {
            differing += Arrays.equals(pairs(plan, text, 0), pairs(plan, text, 1)) ? 0 : 1;
        }
        assertThat(differing).isGreaterThan(150);
    }

    @Test
    void rowsThatMoveKeepTheirTokens() {
        SkipGramPlan plan = plan(texts(500, 1), 6, 4);
        float[][][] rows = new float[6][][];
        for (int part = 0; part < 6; part++) {
            rows[part] = labels(plan.members(0, part));
        }
        for (int to = 0; to < 6; to++) {
            float[][][] came = new float[6][][];
            for (int from = 0; from < 6; from++) {
                came[from] = plan.leaving(0, from, rows[from], to);
            }
            assertThat(plan.arriving(1, to, came)).isDeepEqualTo(labels(plan.members(1, to)));
        }
        assertThat(plan.members(0, 0)).isNotEqualTo(plan.members(1, 0));
    }

    @Test
    void tokensOfSeparateTextsEndFarApart() {
        Random random = new Random(3);
        List<PackedText> texts = new ArrayList<>();
        for (int i = 0; i < 4_000; i++) {
            int group = i % 2 * 100;
            texts.add(
                    new PackedText(
                            random.ints(12, 0, 100).mapToLong(id -> group + id).toArray(), 1));
        }
        SkipGramPlan plan =
                new SkipGramPlan(
                        new SkipGramOptions(16, 5, 5, 8, 0, 0.05, 1, 1),
                        PlanTraining.counts(texts, 200),
                        3,
                        4);
        float[][] rows = rows(plan, texts, 2, 2);
        double within = 0;
        double between = 0;
        for (int id = 0; id < 99; id++) {
            within += cosine(rows[id], rows[id + 1]) / 99;
            between += cosine(rows[id], rows[id + 100]) / 99;
        }
        assertThat(plan.parts()).isEqualTo(3);
        assertThat(within).isGreaterThan(0.8);
        assertThat(between).isLessThan(0.2);
    }

    private static SkipGramPlan plan(List<PackedText> texts, int parts, int steps) {
        return new SkipGramPlan(OPTIONS, PlanTraining.counts(texts, VOCABULARY), parts, steps);
    }

    private static float[][] rows(
            SkipGramPlan plan, List<PackedText> texts, int slices, int threads) {
        PlanTraining training = new PlanTraining(plan, texts, slices, threads);
        assertThat(training.run()).isFinite();
        return training.rows(VOCABULARY);
    }

    private static byte[] pairs(SkipGramPlan plan, PackedText text, int copy) {
        StepPairs pairs = plan.pairs(0);
        pairs.add(text, copy);
        return pairs.ofBlock(0, 0);
    }

    private static float[][] labels(int[] ids) {
        float[][] rows = new float[ids.length][];
        for (int i = 0; i < ids.length; i++) {
            rows[i] = new float[] {ids[i]};
        }
        return rows;
    }

    private static SkipGramPlan copy(SkipGramPlan plan) throws IOException, ClassNotFoundException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(plan);
        }
        try (ObjectInputStream in =
                new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return (SkipGramPlan) in.readObject();
        }
    }

    private static List<PackedText> texts(int count, long seed) {
        Random random = new Random(seed);
        List<PackedText> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long[] ids = new long[5 + random.nextInt(40)];
            for (int k = 0; k < ids.length; k++) {
                double u = random.nextDouble();
                ids[k] = (long) (u * u * VOCABULARY);
            }
            texts.add(new PackedText(ids, 42));
        }
        return texts;
    }

    private static double cosine(float[] a, float[] b) {
        double ab = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < a.length; i++) {
            ab += a[i] * b[i];
            aa += a[i] * a[i];
            bb += b[i] * b[i];
        }
        return ab / Math.sqrt(aa * bb);
    }
}
