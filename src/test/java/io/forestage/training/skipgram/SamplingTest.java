package io.forestage.training.skipgram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.forestage.training.session.KeyedRandom;
import io.forestage.training.text.TrainingText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Random draws compared with their formulas. */
class SamplingTest {

    private static final int DRAWS = 2_000_000;

    @Test
    void noiseFollowsTheCountsToThePowerOfThreeQuarters() {
        long[] counts = {0, 1, 5, 16, 1000, 3, 81};
        int[] tokens = {1, 2, 3, 4, 6};
        NegativeSampler noise = new NegativeSampler(tokens, counts);
        KeyedRandom random = new KeyedRandom(1);
        int[] drawn = new int[counts.length];
        for (int i = 0; i < DRAWS; i++) {
            drawn[noise.draw(random)]++;
        }

        double total =
                Arrays.stream(tokens).mapToDouble(id -> Math.pow((double) counts[id], 0.75)).sum();
        for (int id : tokens) {
            assertThat(drawn[id] / (double) DRAWS)
                    .isCloseTo(Math.pow((double) counts[id], 0.75) / total, within(0.002));
        }
        assertThat(drawn[0]).isZero();
        assertThat(drawn[5]).as("a token of another part").isZero();
    }

    @Test
    void frequentTokensAreSubsampledAtTheirRate() {
        SkipGramOptions options = new SkipGramOptions(8, 4, 5, 1, 0.01, 0.025, 1, 7);
        Subsampling subsampling = new Subsampling(new long[] {900, 99, 1}, options);
        Subsampling.Epoch epoch = subsampling.epoch(0);
        int[] kept = new int[3];
        int[] windows = new int[5];
        for (int position = 0; position < DRAWS; position++) {
            for (int id = 0; id < 3; id++) {
                kept[id] += epoch.keeps(id, position) ? 1 : 0;
            }
            windows[epoch.window(position)]++;
        }

        assertThat(kept[0] / (double) DRAWS)
                .isCloseTo(Math.sqrt(0.01 / 0.9) + 0.01 / 0.9, within(0.002));
        assertThat(kept[1] / (double) DRAWS)
                .isCloseTo(Math.sqrt(0.01 / 0.099) + 0.01 / 0.099, within(0.002));
        assertThat(kept[2]).isEqualTo(DRAWS);
        for (int window = 1; window <= 4; window++) {
            assertThat(windows[window] / (double) DRAWS).isCloseTo(0.25, within(0.002));
        }
    }

    @Test
    void epochsDrawDifferently() {
        SkipGramOptions options = new SkipGramOptions(8, 4, 5, 2, 0.01, 0.025, 1, 7);
        Subsampling subsampling = new Subsampling(new long[] {900, 99, 1}, options);
        int differing = 0;
        for (int position = 0; position < 1000; position++) {
            differing +=
                    subsampling.epoch(0).keeps(1, position)
                                    == subsampling.epoch(1).keeps(1, position)
                            ? 0
                            : 1;
        }
        assertThat(differing).isGreaterThan(100);
    }

    @Test
    void pairsAreTheSameHoweverTheTextIsCut() {
        int[] ids = new int[2_000];
        KeyedRandom random = new KeyedRandom(2);
        for (int i = 0; i < ids.length; i++) {
            ids[i] = random.next(30) - 1; // -1 is a break
        }
        TrainingText text = new TrainingText(ids, 29, List.of());
        SkipGramOptions options = new SkipGramOptions(8, 4, 5, 1, 0.02, 0.025, 1, 7);
        PairMaker maker =
                new PairMaker(text.ids(), new Subsampling(text.counts(), options).epoch(0), 4);
        List<String> whole = new ArrayList<>();
        List<String> cut = new ArrayList<>();
        maker.make(0, ids.length, (center, context) -> whole.add(center + " " + context));
        for (int from = 0; from < ids.length; from += 7) {
            maker.make(
                    from,
                    Math.min(ids.length, from + 7),
                    (center, context) -> cut.add(center + " " + context));
        }

        assertThat(cut).hasSizeGreaterThan(1_000).isEqualTo(whole);
    }

    @Test
    void windowsEndAtBreaks() {
        TrainingText text = new TrainingText(new int[] {0, 1, -1, 2, -1, 3, 4}, 5, List.of());
        SkipGramOptions options = new SkipGramOptions(8, 9, 5, 1, 0, 0.025, 1, 7);
        PairMaker maker =
                new PairMaker(text.ids(), new Subsampling(text.counts(), options).epoch(0), 9);
        List<String> pairs = new ArrayList<>();
        maker.make(0, 7, (center, context) -> pairs.add(center + " " + context));

        assertThat(pairs).containsExactly("0 1", "1 0", "3 4", "4 3");
    }

    @Test
    void partsHaveAllTokensOnceAndAboutTheSameWeight() {
        long[] counts = new long[5_000];
        for (int id = 100; id < counts.length; id++) {
            counts[id] = 1_000_000 / id;
        }
        SkipGramOptions options = SkipGramOptions.defaults();
        int[] byWeight = VocabularyPartition.byWeight(counts, new Subsampling(counts, options));
        VocabularyPartition parts = VocabularyPartition.random(byWeight, counts, 16, 1, 3);

        assertThat(parts.count()).isEqualTo(16);
        List<Integer> members = new ArrayList<>();
        long total = Arrays.stream(counts).sum();
        for (int part = 0; part < parts.count(); part++) {
            assertThat(parts.firstIndex(part)).isEqualTo(members.size());
            long weight = Arrays.stream(parts.members(part)).mapToLong(id -> counts[id]).sum();
            assertThat(weight / (double) total).isCloseTo(1 / 16.0, within(0.01));
            Arrays.stream(parts.members(part)).forEach(members::add);
        }
        assertThat(members).hasSize(4_900).doesNotHaveDuplicates();
        assertThat(VocabularyPartition.random(byWeight, counts, 16, 1, 4).members(0))
                .as("another step has another partition")
                .isNotEqualTo(parts.members(0));
    }

    @Test
    void roundsCoverEachBlockOnceAndBlocksOfARoundShareNoPart() {
        long[] counts = new long[2_000];
        Arrays.fill(counts, 10);
        int[] byWeight =
                VocabularyPartition.byWeight(
                        counts, new Subsampling(counts, SkipGramOptions.defaults()));
        VocabularyPartition parts = VocabularyPartition.random(byWeight, counts, 16, 1, 0);
        List<Integer> blocks = new ArrayList<>();
        for (int round = 0; round < parts.count(); round++) {
            List<Integer> contexts = new ArrayList<>();
            for (int part = 0; part < parts.count(); part++) {
                int block = parts.blockInRound(part, round);
                assertThat(block / parts.count()).isEqualTo(part);
                contexts.add(block % parts.count());
                blocks.add(block);
            }
            assertThat(contexts).doesNotHaveDuplicates();
        }
        assertThat(blocks).hasSize(parts.count() * parts.count()).doesNotHaveDuplicates();
    }
}
