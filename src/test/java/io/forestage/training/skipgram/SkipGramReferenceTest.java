package io.forestage.training.skipgram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.forestage.training.session.KeyedRandom;
import io.forestage.training.text.TokenList;
import io.forestage.training.text.TrainingText;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Trainings compared with the plain algorithm in float64, and with other numbers of threads. */
class SkipGramReferenceTest {

    private static final int VOCABULARY = 300;

    private static final SkipGramOptions OPTIONS =
            new SkipGramOptions(12, 3, 4, 2, 0.01, 0.2, 1, 42);

    /** The error of some 100,000 updates in float32 with tables, of weights up to about 1. */
    private static final double TOLERANCE = 2e-3;

    @Test
    void valuesThatAreNotFiniteAreFound() {
        for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY, -1 / 0f}) {
            SkipGramTables.RowTable table = new SkipGramTables.RowTable(3, 2, new int[0]);
            table.row(1)[0] = Float.MAX_VALUE;
            table.row(1)[1] = Float.MAX_VALUE;
            assertThat(table.isFinite()).isTrue();
            table.row(2)[1] = value;
            assertThat(table.isFinite()).isFalse();
        }
    }

    @Test
    void aTrainingAgreesWithThePlainAlgorithm() {
        TrainingText text = text(20_000);
        SkipGramSchedule schedule = new SkipGramSchedule(text, OPTIONS);
        SkipGramTables start = SkipGramTables.random(schedule);
        double[][] centers = new double[VOCABULARY][];
        double[][] contexts = new double[VOCABULARY][];
        for (int id = 0; id < VOCABULARY; id++) {
            centers[id] = doubles(start.centers().row(id));
            contexts[id] = doubles(start.contexts().row(id));
        }
        for (long step = 0; step < schedule.steps(); step++) {
            plainStep(schedule, text, step, centers, contexts);
        }

        SkipGramTables trained = train(text, 2);

        double largest = 0;
        for (int id = 0; id < VOCABULARY; id++) {
            assertThat(doubles(trained.centers().row(id)))
                    .containsExactly(centers[id], within(TOLERANCE));
            assertThat(doubles(trained.contexts().row(id)))
                    .containsExactly(contexts[id], within(TOLERANCE));
            for (double value : centers[id]) {
                largest = Math.max(largest, Math.abs(value));
            }
        }
        assertThat(largest).as("something was learned").isGreaterThan(100 * TOLERANCE);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 8})
    void theBitsAreTheSameForAnyNumberOfThreads(int threads) {
        TrainingText text = text(70_000); // more than one step an epoch
        SkipGramTables one = train(text, 1);
        SkipGramTables many = train(text, threads);

        for (int id = 0; id < VOCABULARY; id++) {
            assertThat(many.centers().row(id)).containsExactly(one.centers().row(id));
            assertThat(many.contexts().row(id)).containsExactly(one.contexts().row(id));
        }
    }

    @Test
    void tokensOfSeparateParagraphsEndFarApart() {
        Random random = new Random(3);
        TokenList ids = new TokenList();
        for (int paragraph = 0; paragraph < 4_000; paragraph++) {
            int group = paragraph % 2 * 100;
            for (int i = 0; i < 12; i++) {
                ids.add(group + random.nextInt(100));
            }
            ids.add(TrainingText.BREAK);
        }
        TrainingText text = new TrainingText(ids.toArray(), 200, List.of());
        SkipGramSchedule schedule =
                new SkipGramSchedule(text, new SkipGramOptions(16, 5, 5, 8, 0, 0.05, 1, 1));
        SkipGramTables tables = train(schedule, 2);

        double within = 0;
        double between = 0;
        for (int id = 0; id < 99; id++) {
            within += cosine(tables.centers().row(id), tables.centers().row(id + 1)) / 99;
            between += cosine(tables.centers().row(id), tables.centers().row(id + 100)) / 99;
        }
        assertThat(within).isGreaterThan(0.8);
        assertThat(between).isLessThan(0.2);
    }

    private static void plainStep(
            SkipGramSchedule schedule,
            TrainingText text,
            long step,
            double[][] centers,
            double[][] contexts) {
        VocabularyPartition parts = schedule.parts(step);
        int count = parts.count();
        List<List<int[]>> blocks = new ArrayList<>();
        for (int block = 0; block < count * count; block++) {
            blocks.add(new ArrayList<>());
        }
        schedule.pairMaker(step)
                .make(
                        0,
                        text.ids().length,
                        (center, context) ->
                                blocks.get(parts.block(center, context))
                                        .add(new int[] {center, context}));
        for (int round = 0; round < count; round++) {
            float rate = schedule.learningRate(step, (double) round / count);
            for (int part = 0; part < count; part++) {
                int block = part * count + (part + round) % count;
                KeyedRandom random = new KeyedRandom(OPTIONS.seed(), 5, step, block);
                for (int[] pair : blocks.get(block)) {
                    List<Integer> rows = new ArrayList<>(List.of(pair[1]));
                    while (rows.size() <= OPTIONS.negatives()) {
                        int negative = parts.noise(block).draw(random);
                        if (!rows.contains(negative)) {
                            rows.add(negative);
                        }
                    }
                    plainPair(centers[pair[0]], rows, contexts, rate);
                }
            }
        }
    }

    private static void plainPair(
            double[] center, List<Integer> rows, double[][] contexts, double rate) {
        double[] old = center.clone();
        for (int i = 0; i < rows.size(); i++) {
            double[] row = contexts[rows.get(i)];
            double score = 0;
            for (int d = 0; d < old.length; d++) {
                score += old[d] * row[d];
            }
            double gradient = rate * ((i == 0 ? 1 : 0) - 1 / (1 + Math.exp(-score)));
            for (int d = 0; d < old.length; d++) {
                center[d] += gradient * row[d];
                row[d] += gradient * old[d];
            }
        }
    }

    private static SkipGramTables train(TrainingText text, int threads) {
        return train(new SkipGramSchedule(text, OPTIONS), threads);
    }

    private static SkipGramTables train(SkipGramSchedule schedule, int threads) {
        SkipGramTables tables = SkipGramTables.random(schedule);
        SkipGramStep training = new SkipGramStep(schedule, tables, TestSkipGram.workers(threads));
        for (long step = 0; step < schedule.steps(); step++) {
            training.train(step);
        }
        return tables;
    }

    /**
     * Returns a text with uneven counts, as in real text, and neighbours that depend on each other.
     */
    private static TrainingText text(int tokens) {
        Random random = new Random(9);
        TokenList ids = new TokenList();
        int last = 0;
        for (int i = 0; i < tokens; i++) {
            double uniform = random.nextDouble();
            last = (last / 2 + (int) (VOCABULARY * uniform * uniform)) % VOCABULARY;
            ids.add(i % 17 == 16 ? TrainingText.BREAK : last);
        }
        return new TrainingText(ids.toArray(), VOCABULARY, List.of());
    }

    private static double[] doubles(float[] row) {
        double[] doubles = new double[row.length];
        for (int i = 0; i < row.length; i++) {
            doubles[i] = row[i];
        }
        return doubles;
    }

    private static double cosine(float[] a, float[] b) {
        double product = 0;
        double squaresA = 0;
        double squaresB = 0;
        for (int i = 0; i < a.length; i++) {
            product += a[i] * b[i];
            squaresA += a[i] * a[i];
            squaresB += b[i] * b[i];
        }
        return product / Math.sqrt(squaresA * squaresB);
    }
}
