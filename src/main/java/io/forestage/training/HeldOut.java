package io.forestage.training;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Rows that are learned from, and rows that are kept to see what was learned. */
final class HeldOut {

    private static final int DEALING = 13;

    private final int[] trained;
    private final int[] kept;

    private HeldOut(List<Integer> trained, List<Integer> kept) {
        this.trained = array(trained);
        this.kept = array(kept);
    }

    /** Keeps a share of each class, a row's first one, but always leaves one to learn from. */
    static HeldOut ofEachClass(LabeledTexts texts, double share, long seed) {
        List<Integer> trained = new ArrayList<>();
        List<Integer> kept = new ArrayList<>();
        for (int label = 0; label < texts.labels().size(); label++) {
            int wanted = label;
            int[] rows =
                    IntStream.range(0, texts.size())
                            .filter(row -> texts.classesOf(row)[0] == wanted)
                            .toArray();
            new Mix(seed, DEALING, label).shuffle(rows);
            int count = (int) Math.min(rows.length - 1L, Math.round(rows.length * share));
            for (int i = 0; i < rows.length; i++) {
                (i < count ? kept : trained).add(rows[i]);
            }
        }
        return new HeldOut(trained, kept);
    }

    /** The numbers of the rows to learn from, ascending. */
    int[] trained() {
        return trained;
    }

    /** The numbers of the others. */
    int[] kept() {
        return kept;
    }

    private static int[] array(List<Integer> rows) {
        return rows.stream().mapToInt(Integer::intValue).sorted().toArray();
    }
}
