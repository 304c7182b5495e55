package io.forestage.gradients;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.forestage.gradients.BlockCase.Batch;
import io.forestage.gradients.BlockCase.Network;
import io.forestage.nn.BagMode;
import io.forestage.nn.EmbeddingBag;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Bags: as rows or by offsets, with and without weights. */
final class BagCases {

    private static final int BAGS = 160;
    private static final int MAX_BAG_SIZE = 8;
    private static final int PADDING = LookupCases.PADDING;

    private BagCases() {}

    /** The options of a bag block. */
    private record Kind(
            BagMode mode, DataType type, boolean padding, boolean byFrequency, boolean sparse) {

        String description() {
            return "bag, %s, %s%s%s%s"
                    .formatted(
                            mode,
                            type,
                            padding ? ", padding" : "",
                            byFrequency ? ", by frequency" : "",
                            sparse ? ", sparse" : "");
        }
    }

    static List<GradientCase> all() {
        List<GradientCase> cases = new ArrayList<>();
        for (BagMode mode : BagMode.values()) {
            cases.add(of(new Kind(mode, DataType.FLOAT32, false, false, false)));
            cases.add(of(new Kind(mode, DataType.FLOAT64, false, false, false)));
            cases.add(of(new Kind(mode, DataType.FLOAT16, false, false, false)));
            cases.add(of(new Kind(mode, DataType.FLOAT32, true, false, false)));
            if (mode != BagMode.MAX) {
                cases.add(of(new Kind(mode, DataType.FLOAT32, false, true, false)));
                cases.add(of(new Kind(mode, DataType.FLOAT64, true, true, false)));
                cases.add(of(new Kind(mode, DataType.FLOAT16, true, true, false)));
                cases.add(of(new Kind(mode, DataType.FLOAT32, false, false, true)));
                cases.add(of(new Kind(mode, DataType.FLOAT16, true, false, true)));
            }
        }
        return cases;
    }

    private static GradientCase of(Kind kind) {
        NDManager manager = NDManager.newBaseManager("PyTorch");
        double[][] values = Grid.table(LookupCases.ROWS, LookupCases.WIDTH);
        NDArray table = Grid.array(manager, values, kind.type());
        EmbeddingBag.Builder builder =
                EmbeddingBag.builder()
                        .optWeight(table)
                        .optMode(kind.mode())
                        .optScaleGradByFreq(kind.byFrequency())
                        .optSparse(kind.sparse());
        if (kind.padding()) {
            builder.optPaddingIdx(PADDING);
        }
        return new BlockCase(
                kind.description(),
                manager,
                new Network(
                        builder.build(),
                        List.of(table),
                        (random, owner, weighted) -> batch(kind, values, random, owner, weighted)));
    }

    private static Batch batch(
            Kind kind, double[][] table, Random random, NDManager owner, boolean weighted) {
        boolean areRows = random.nextBoolean();
        boolean hasWeights = kind.mode() == BagMode.SUM && random.nextBoolean();
        int[] begins = new int[BAGS + 1];
        for (int bag = 0; bag < BAGS; bag++) {
            int size = areRows ? MAX_BAG_SIZE / 2 : random.nextInt(MAX_BAG_SIZE);
            begins[bag + 1] = begins[bag] + size;
        }
        int count = begins[BAGS];
        int[] ids = random.ints(count, 0, LookupCases.ROWS).toArray();
        double[] weights = Grid.numbers(hasWeights ? count : 0);
        Shape shape = areRows ? new Shape(BAGS, MAX_BAG_SIZE / 2) : new Shape(count);
        NDList inputs = new NDList(LookupCases.indices(owner, random, ids, shape));
        if (!areRows) {
            int[] offsets = Arrays.copyOf(begins, BAGS);
            inputs.add(LookupCases.indices(owner, random, offsets, new Shape(BAGS)));
        }
        List<NDArray> differentiable = new ArrayList<>();
        if (hasWeights) {
            NDArray given = Grid.javaArray(owner, weights, shape, kind.type());
            inputs.add(given);
            if (weighted) {
                given.setRequiresGradient(true);
                differentiable.add(given);
            }
        }
        return new Batch(
                inputs,
                differentiable,
                terms(kind, table, ids, begins, weights, !differentiable.isEmpty()),
                List.of(
                        count * Long.BYTES,
                        count * Integer.BYTES,
                        BAGS * Long.BYTES,
                        BAGS * Integer.BYTES));
    }

    private static Terms terms(
            Kind kind,
            double[][] table,
            int[] ids,
            int[] begins,
            double[] weights,
            boolean hasWeightGradient) {
        int[] counts = LookupCases.counts(ids);
        Terms terms = new Terms(BAGS, LookupCases.WIDTH, hasWeightGradient ? ids.length : 0, table);
        for (int bag = 0; bag < BAGS; bag++) {
            List<Integer> places = new ArrayList<>();
            for (int i = begins[bag]; i < begins[bag + 1]; i++) {
                if (!kind.padding() || ids[i] != PADDING) {
                    places.add(i);
                }
            }
            if (kind.mode() == BagMode.MAX) {
                addMaximum(terms, table, bag, places.stream().map(i -> ids[i]).toList());
                continue;
            }
            double mean = kind.mode() == BagMode.MEAN ? 1.0 / places.size() : 1;
            for (int i : places) {
                double share = kind.byFrequency() ? 1.0 / counts[ids[i]] : 1;
                double factor = weights.length == 0 ? mean : weights[i];
                if (hasWeightGradient) {
                    terms.addWeighted(bag, ids[i], factor, share, i);
                } else {
                    terms.add(bag, 0, ids[i], factor, share);
                }
            }
        }
        return terms;
    }

    private static void addMaximum(Terms terms, double[][] table, int bag, List<Integer> ids) {
        for (int column = 0; column < LookupCases.WIDTH && !ids.isEmpty(); column++) {
            int maximum = ids.get(0);
            for (int id : ids) {
                maximum = table[id][column] > table[maximum][column] ? id : maximum;
            }
            terms.addColumn(bag, maximum, column);
        }
    }
}
