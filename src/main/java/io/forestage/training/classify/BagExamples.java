package io.forestage.training.classify;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.forestage.training.session.Examples;
import io.forestage.training.text.LabeledTexts;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Some labelled texts as bags of tokens: the ids end to end, and the offset of each bag. */
final class BagExamples implements Examples {

    private final LabeledTexts texts;
    private final int[] chosen;

    /** Creates examples of the texts with some row numbers. */
    BagExamples(LabeledTexts texts, int[] chosen) {
        this.texts = texts;
        this.chosen = chosen;
    }

    /** Returns all tokens of the texts, with repetitions. */
    IntStream tokens() {
        return Arrays.stream(chosen)
                .flatMap(row -> Arrays.stream(texts.ids(row)).mapToInt(Math::toIntExact));
    }

    /** Returns the number of texts of each class. */
    long[] counts() {
        long[] counts = new long[texts.labels().size()];
        for (int row : chosen) {
            for (int label : texts.classesOf(row)) {
                counts[label]++;
            }
        }
        return counts;
    }

    @Override
    public int size() {
        return chosen.length;
    }

    @Override
    public long tokens(int[] rows) {
        return Arrays.stream(rows).mapToLong(row -> ids(row).length).sum();
    }

    @Override
    public long targets(int[] rows) {
        return rows.length;
    }

    @Override
    public NDList inputs(NDManager manager, int[] rows) {
        return inputs(manager, Arrays.stream(rows).mapToObj(this::ids).toList());
    }

    /** Returns the ids of all bags end to end, and the offset of each bag. */
    static NDList inputs(NDManager manager, List<long[]> bags) {
        long[] ids = new long[Math.toIntExact(bags.stream().mapToLong(bag -> bag.length).sum())];
        long[] offsets = new long[bags.size()];
        int offset = 0;
        for (int i = 0; i < offsets.length; i++) {
            long[] bag = bags.get(i);
            System.arraycopy(bag, 0, ids, offset, bag.length);
            offsets[i] = offset;
            offset += bag.length;
        }
        return new NDList(manager.create(ids), manager.create(offsets));
    }

    @Override
    public NDArray labels(NDManager manager, int[] rows) {
        if (!texts.hasSeveralLabels()) {
            return manager.create(
                    Arrays.stream(rows).mapToLong(row -> classesOf(row)[0]).toArray());
        }
        int classes = texts.labels().size();
        float[] all = new float[Math.multiplyExact(rows.length, classes)];
        for (int i = 0; i < rows.length; i++) {
            for (int label : classesOf(rows[i])) {
                all[i * classes + label] = 1;
            }
        }
        return manager.create(all, new Shape(rows.length, classes));
    }

    private int[] classesOf(int row) {
        return texts.classesOf(chosen[row]);
    }

    private long[] ids(int row) {
        return texts.ids(chosen[row]);
    }
}
