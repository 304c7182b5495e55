package io.forestage.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.forestage.torch.EmbeddingOperations;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The cases of PyTorch's {@code test/nn/test_embedding.py} for {@code torch.nn.EmbeddingBag}, in
 * the order of that file; each display name starts with PyTorch's. Outputs and gradients are
 * compared with float64 in Java, because PyTorch's kernels are not always correct (decision 14).
 */
class PyTorchEmbeddingBagSuiteTest {

    /** The batch that most of PyTorch's cases share: five bags, three of them empty. */
    private static final int[] IDS = {3, 1, 1, 1, 4, 0};

    private static final int[] OFFSETS = {0, 0, 3, 3, 6};
    private static final int NONE = -1;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");
    private final Random random = new Random(2);
    private int sizes;

    @AfterEach
    void close() {
        manager.close();
    }

    static List<DataType> integers() {
        return List.of(DataType.INT32, DataType.INT64);
    }

    static Stream<Arguments> idTypes() {
        return integers().stream()
                .flatMap(ids -> integers().stream().map(offsets -> Arguments.of(ids, offsets)));
    }

    static Stream<Arguments> allTypes() {
        return idTypes()
                .flatMap(
                        types ->
                                Stream.of(DataType.FLOAT32, DataType.FLOAT64, DataType.FLOAT16)
                                        .map(
                                                table ->
                                                        Arguments.of(
                                                                types.get()[0],
                                                                types.get()[1],
                                                                table)));
    }

    static Stream<Arguments> idAndTableTypes() {
        return integers().stream()
                .flatMap(
                        ids ->
                                Stream.of(DataType.FLOAT32, DataType.FLOAT64)
                                        .map(table -> Arguments.of(ids, table)));
    }

    // ---- module and function

    @Test
    @DisplayName("test_embedding_bag_from_pretrained: bags of one give the rows")
    void fromPretrained() {
        NDArray given = oneToTen(2, 3, DataType.FLOAT32);
        EmbeddingBag block = EmbeddingBag.builder().optWeight(given).optFreeze(true).build();

        NDArray output = Pass.forward(block, longs(0, 1), longs(0, 1));

        assertThat(Pass.table(block)).isSameAs(given);
        assertThat(Pass.values(output)).containsExactly(1, 2, 3, 4, 5, 6);
    }

    @Test
    @DisplayName("test_embedding_bag_from_pretrained_padding_idx: the padding row stays as given")
    void fromPretrainedPaddingIdx() {
        double[] values = Pass.normals(random, 12);
        NDArray given = Pass.of(manager, values, new Shape(4, 3), DataType.FLOAT64);

        EmbeddingBag.builder().optWeight(given).optFreeze(true).optPaddingIdx(2).build();

        assertThat(Pass.values(given)).containsExactly(values);
    }

    @Test
    @DisplayName("test_embedding_bag_functional: the block is the operation, with padding_idx too")
    void functional() {
        NDArray given = random(4, 3, DataType.FLOAT32);
        NDArray ids = Pass.ids(manager, new int[] {1, 3, 2, 0, 2, 1}, new Shape(2, 3), LONG);
        for (int padding : new int[] {NONE, 2}) {
            EmbeddingBag.Builder builder = EmbeddingBag.builder().optWeight(given).optFreeze(true);
            if (padding != NONE) {
                builder.optPaddingIdx(padding);
            }
            NDArray operation =
                    EmbeddingOperations.load(manager)
                            .embeddingBag(
                                    given,
                                    ids.reshape(6),
                                    longs(0, 3),
                                    manager.create(new Shape(0), DataType.FLOAT32),
                                    new EmbeddingOperations.BagOptions(
                                            false, BagMode.MEAN.code(), false, false, padding));

            assertThat(Pass.values(Pass.forward(builder.build(), ids)))
                    .containsExactly(Pass.values(operation));
        }
    }

    @Test
    @DisplayName("test_embedding_bag_padding_idx_error: from −V to V − 1, nothing else")
    void paddingIdxError() {
        for (int padding = -6; padding < 6; padding++) {
            EmbeddingBag.Builder builder =
                    EmbeddingBag.builder()
                            .setNumEmbeddings(4)
                            .setEmbeddingDim(3)
                            .optPaddingIdx(padding);
            if (padding >= -4 && padding < 4) {
                builder.build();
            } else {
                assertThatIllegalArgumentException()
                        .isThrownBy(builder::build)
                        .withMessage("paddingIdx: expected -4 to 3, found " + padding);
            }
        }
    }

    @Test
    @DisplayName("test_embeddingbag_from_pretrained: the mean when no mode is set")
    void theMeanWhenNoModeIsSet() {
        EmbeddingBag block =
                EmbeddingBag.builder().optWeight(oneToTen(2, 3, DataType.FLOAT32)).build();

        NDArray output =
                Pass.forward(block, Pass.ids(manager, new int[] {0, 1}, new Shape(1, 2), LONG));

        assertThat(Pass.values(output)).containsExactly(2.5, 3.5, 4.5);
    }

    @Test
    @DisplayName("test_embeddingbag_from_pretrained_options: max_norm 2 with the norm of p = 0.5")
    void fromPretrainedOptions() {
        NDArray given = oneToTen(2, 3, DataType.FLOAT64);
        EmbeddingBag block =
                EmbeddingBag.builder()
                        .optWeight(given)
                        .optFreeze(true)
                        .optMaxNorm(2)
                        .optNormType(0.5)
                        .optMode(BagMode.MAX)
                        .build();

        NDArray output =
                Pass.forward(block, Pass.ids(manager, new int[] {0, 1}, new Shape(1, 2), LONG));

        double[][] rows = Pass.rows(given);
        for (int column = 0; column < 3; column++) {
            assertThat(Pass.values(output)[column])
                    .isEqualTo(Math.max(rows[0][column], rows[1][column]));
            assertThat(rows[0][column]).isNotEqualTo(1.0 + column);
        }
        for (double[] row : rows) {
            double root = Arrays.stream(row).map(Math::sqrt).sum();
            assertThat(root * root).isLessThanOrEqualTo(2);
        }
    }

    @Test
    @DisplayName("test_embeddingbag_include_last_offset: the last offset is the end")
    void includeLastOffset() {
        EmbeddingBag block =
                EmbeddingBag.builder()
                        .setNumEmbeddings(100)
                        .setEmbeddingDim(3)
                        .optIncludeLastOffset(true)
                        .optPaddingIdx(61)
                        .build();
        block.initialize(manager, DataType.FLOAT32, new Shape(4), new Shape(3));
        int[] ids = {0, 1, 2, 3};

        NDArray output = Pass.forward(block, longs(0, 1, 2, 3), longs(0, 3, 4));

        Pass.assertNear(
                "output",
                output,
                BagTruth.of(BagMode.MEAN, Pass.rows(Pass.table(block)), ids, new int[] {0, 3})
                        .output());
        // PyTorch adds ids after the end to the last bag; here they are an error.
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Pass.forward(block, longs(0, 1, 2, 3), longs(0, 3, 3)))
                .withMessageContaining("offsets: expected the last one to be 4, the number of ids");
    }

    // ---- padding

    static Stream<Arguments> paddedBags() {
        List<Arguments> all = new ArrayList<>();
        for (DataType type : new DataType[] {DataType.FLOAT32, DataType.FLOAT64}) {
            for (BagMode mode : BagMode.values()) {
                for (int bits = 0; bits < 8; bits++) {
                    boolean sparse = (bits & 1) != 0;
                    if (!sparse || mode != BagMode.MAX) {
                        all.add(Arguments.of(type, mode, sparse, (bits & 2) != 0, (bits & 4) != 0));
                    }
                }
            }
        }
        return all.stream();
    }

    @ParameterizedTest(
            name =
                    "test_embedding_bag_1D_padding_idx_{0}: {1}, sparse {2}, include_last_offset"
                            + " {3}, all pads {4}")
    @MethodSource("paddedBags")
    void flatBagsWithPadding(
            DataType type, BagMode mode, boolean sparse, boolean lastIsEnd, boolean allPads) {
        int bags = 10;
        int[] lengths = random.ints(bags, 1, 10).toArray();
        lengths[3] = 0;
        lengths[7] = 10;
        int[] begins = new int[bags + 1];
        for (int bag = 0; bag < bags; bag++) {
            begins[bag + 1] = begins[bag] + lengths[bag];
        }
        int[] ids = allPads ? filled(begins[bags], 1) : random.ints(begins[bags], 0, 100).toArray();
        int[] offsets = lastIsEnd ? begins : Arrays.copyOf(begins, bags);
        for (int padding : with(someOf(ids), NONE)) {
            double[][] table = Pass.rows(random(101, 3, type));
            double[] seed = Pass.normals(random, bags * 3);
            BagTruth truth = new BagTruth(mode, table, ids, begins, new double[0], padding);
            NDArray flat = Pass.of(manager, table, type);
            EmbeddingBag block = padded(flat, mode, sparse, padding, lastIsEnd);

            NDArray output =
                    Pass.backward(
                            block,
                            seed,
                            Pass.ids(manager, ids, new Shape(ids.length), LONG),
                            Pass.ids(manager, offsets, new Shape(offsets.length), LONG));
            check(truth, output, flat, seed);

            // The same bags as rows, filled with pads; without a padding row, with an unused row.
            int filler = padding == NONE ? 100 : padding;
            int[] rows = new int[bags * 10];
            for (int bag = 0; bag < bags; bag++) {
                for (int i = 0; i < 10; i++) {
                    rows[bag * 10 + i] = i < lengths[bag] ? ids[begins[bag] + i] : filler;
                }
            }
            NDArray even = Pass.of(manager, table, type);
            NDArray byRows =
                    Pass.backward(
                            padded(even, mode, sparse, filler, lastIsEnd),
                            seed,
                            Pass.ids(manager, rows, new Shape(bags, 10), LONG));
            check(truth, byRows, even, seed);
        }
    }

    static Stream<Arguments> paddedRows() {
        return paddedBags()
                .filter(bag -> !(boolean) bag.get()[3])
                .flatMap(
                        bag ->
                                Stream.of(1, 10)
                                        .map(
                                                count ->
                                                        Arguments.of(
                                                                bag.get()[0],
                                                                bag.get()[1],
                                                                bag.get()[2],
                                                                bag.get()[4],
                                                                count)));
    }

    @ParameterizedTest(
            name =
                    "test_embedding_bag_2D_padding_idx_{0}: {1}, sparse {2}, all pads {3}, {4} ×"
                            + " 10 ids")
    @MethodSource("paddedRows")
    void rowsWithPadding(DataType type, BagMode mode, boolean sparse, boolean allPads, int bags) {
        int[] ids = allPads ? filled(bags * 10, 1) : random.ints(bags * 10L, 0, 10).toArray();
        if (!allPads && bags > 1) {
            Arrays.fill(
                    ids, 40, 50, ids[40]); // a row of one id, which is the padding id in one case
        }
        int[] offsets = IntStream.range(0, bags).map(bag -> bag * 10).toArray();
        for (int padding : someOf(ids)) {
            double[][] table = Pass.rows(random(10, 3, type));
            double[] seed = Pass.normals(random, bags * 3);
            NDArray weight = Pass.of(manager, table, type);

            NDArray output =
                    Pass.backward(
                            padded(weight, mode, sparse, padding, false),
                            seed,
                            Pass.ids(manager, ids, new Shape(bags, 10), LONG));

            check(
                    BagTruth.of(mode, table, ids, offsets).withPadding(padding),
                    output,
                    weight,
                    seed);
        }
    }

    // ---- empty and wrong inputs

    @ParameterizedTest(name = "test_embedding_bag_empty_input_{0}_{1}")
    @MethodSource("idTypes")
    void emptyInput(DataType idType, DataType offsetType) {
        NDArray none = Pass.ids(manager, new int[0], new Shape(0), idType);
        for (boolean sparse : new boolean[] {true, false}) {
            EmbeddingBag block =
                    EmbeddingBag.builder()
                            .setNumEmbeddings(4)
                            .setEmbeddingDim(3)
                            .optSparse(sparse)
                            .build();
            block.initialize(manager, DataType.FLOAT32, new Shape(0), new Shape(1));
            for (int bags = 1; bags <= 2; bags++) {
                NDArray offsets = Pass.ids(manager, new int[bags], new Shape(bags), offsetType);

                assertThat(Pass.values(Pass.forward(block, none, offsets)))
                        .hasSize(bags * 3)
                        .containsOnly(0);
            }
        }
    }

    static Stream<Arguments> outOfBounds() {
        return idAndTableTypes()
                .flatMap(
                        types ->
                                Stream.of(BagMode.values())
                                        .flatMap(
                                                mode ->
                                                        Stream.of(false, true)
                                                                .map(
                                                                        padding ->
                                                                                Arguments.of(
                                                                                        mode,
                                                                                        padding,
                                                                                        types.get()[
                                                                                                1],
                                                                                        types.get()[
                                                                                                0]))));
    }

    @ParameterizedTest(
            name = "test_embedding_bag_out_of_bounds_idx: {0}, padding row {1}, {2}, ids {3}")
    @MethodSource("outOfBounds")
    void outOfBoundsIdx(BagMode mode, boolean padding, DataType type, DataType idType) {
        NDArray weight = random(10, 2, type);
        EmbeddingBag block = padded(weight, mode, false, padding ? 0 : NONE, false);
        int[][] wrong = {{-1, 1}, {11, 8}};
        for (int[] ids : wrong) {
            NDArray given = Pass.ids(manager, ids, new Shape(1, 2), idType);
            String message =
                    "token ids: found "
                            + ids[0]
                            + " at [0, 0], expected 0 to 9: the rows of weight (10, 2)";
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Pass.forward(block, given))
                    .withMessage(message);
            if (mode == BagMode.SUM) {
                NDArray weights = manager.ones(new Shape(1, 2), type);
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> Pass.forward(block, given, weights))
                        .withMessage(message);
            }
        }
    }

    @Test
    @DisplayName("test_embedding_bag_dimension_errors: ids, offsets and weight each have theirs")
    void dimensionErrors() {
        EmbeddingBag block =
                padded(random(2, 6, DataType.FLOAT64), BagMode.SUM, false, NONE, false);
        NDArray five = Pass.ids(manager, new int[0], new Shape(2, 0, 0, 6, 6), LONG);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Pass.forward(block, five, five))
                .withMessageContaining("inputs: expected ids (B, N), or ids (N) and offsets (B)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Pass.forward(block, longs(1, 1), longs(0, 0).reshape(1, 2)))
                .withMessage("offsets: expected shape (B), found (1, 2)");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                EmbeddingBag.builder()
                                        .optWeight(manager.ones(new Shape(2, 2, 2)))
                                        .build())
                .withMessage("weight: expected a table of two dimensions, found shape (2, 2, 2)");
    }

    @ParameterizedTest(name = "test_EmbeddingBag_per_sample_weights_failures_{0}_{1}")
    @MethodSource("idTypes")
    void perSampleWeightsFailures(DataType idType, DataType offsetType) {
        EmbeddingBag sum = padded(random(5, 2, DataType.FLOAT32), BagMode.SUM, false, NONE, false);
        NDArray ids = Pass.ids(manager, IDS, new Shape(6), idType);
        NDArray offsets = Pass.ids(manager, OFFSETS, new Shape(5), offsetType);
        NDArray rows = Pass.ids(manager, new int[21], new Shape(7, 3), idType);

        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                Pass.forward(
                                        sum,
                                        ids,
                                        offsets,
                                        manager.ones(new Shape(6), DataType.FLOAT64)))
                .withMessage(
                        "per-sample weights: expected the table's type float32, found float64");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Pass.forward(sum, ids, offsets, manager.ones(new Shape(5))))
                .withMessage("per-sample weights: expected the ids' shape (6), found (5)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Pass.forward(sum, rows, manager.ones(new Shape(21))))
                .withMessage("per-sample weights: expected the ids' shape (7, 3), found (21)");
        for (BagMode mode : new BagMode[] {BagMode.MAX, BagMode.MEAN}) {
            EmbeddingBag other = padded(random(5, 2, DataType.FLOAT32), mode, false, NONE, false);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Pass.forward(other, rows, manager.ones(new Shape(7, 3))))
                    .withMessageContaining("expected none in mode " + mode);
        }
    }

    // ---- weights

    @ParameterizedTest(name = "test_EmbeddingBag_empty_per_sample_weights_and_offsets_{0}_{1}_{2}")
    @MethodSource("allTypes")
    void emptyPerSampleWeights(DataType idType, DataType offsetType, DataType type) {
        for (boolean trainable : new boolean[] {true, false}) {
            NDArray table = oneToTen(5, 2, type);
            NDArray weights = manager.create(new Shape(0), type);
            weights.setRequiresGradient(trainable);

            NDArray output =
                    Pass.backward(
                            padded(table, BagMode.SUM, false, NONE, false),
                            Pass.normals(random, 10),
                            Pass.ids(manager, new int[0], new Shape(0), idType),
                            Pass.ids(manager, new int[5], new Shape(5), offsetType),
                            weights);

            assertThat(Pass.values(output)).hasSize(10).containsOnly(0);
            assertThat(Pass.values(table.getGradient())).hasSize(10).containsOnly(0);
            if (trainable) {
                assertThat(weights.getGradient().getShape()).isEqualTo(new Shape(0));
            }
        }
    }

    @ParameterizedTest(name = "test_EmbeddingBag_per_sample_weights_and_offsets_{0}_{1}_{2}")
    @MethodSource("allTypes")
    void perSampleWeights(DataType idType, DataType offsetType, DataType type) {
        for (boolean trainable : new boolean[] {true, false}) {
            checkShared(idType, offsetType, type, BagMode.SUM, true, trainable, false);
        }
    }

    @ParameterizedTest(name = "test_EmbeddingBag_per_sample_weights_and_new_offsets_{0}_{1}_{2}")
    @MethodSource("allTypes")
    void perSampleWeightsAndNewOffsets(DataType idType, DataType offsetType, DataType type) {
        for (boolean lastIsEnd : new boolean[] {true, false}) {
            for (boolean trainable : new boolean[] {true, false}) {
                checkShared(idType, offsetType, type, BagMode.SUM, true, trainable, lastIsEnd);
            }
            for (BagMode mode : BagMode.values()) {
                checkShared(idType, offsetType, type, mode, false, false, lastIsEnd);
            }
        }
    }

    @ParameterizedTest(name = "test_EmbeddingBag_per_sample_weights_and_no_offsets_{0}_{1}")
    @MethodSource("idAndTableTypes")
    void perSampleWeightsAndNoOffsets(DataType idType, DataType type) {
        for (boolean sparse : new boolean[] {true, false}) {
            for (boolean trainable : new boolean[] {true, false}) {
                Against against =
                        new Against(idType, type, BagMode.SUM, sparse, true, trainable, null);
                compareWithEmbedding(against, 2, 3, 5, 7);
                compareWithEmbedding(against, 2, 5, 53, 23); // more than 1000 ids
                compareWithEmbedding(against, 101, 5, 3, 7);
                compareWithEmbedding(against, 2, 101, 3, 7);
            }
        }
    }

    // ---- every mode, type and kind of gradient

    @ParameterizedTest(name = "test_embedding_bag_device_{0}_{1}_{2}")
    @MethodSource("allTypes")
    void everyModeOnEveryType(DataType idType, DataType offsetType, DataType type) {
        for (BagMode mode : BagMode.values()) {
            wholeCase(idType, offsetType, type, mode, false);
        }
        wholeCase(idType, offsetType, type, BagMode.SUM, true);
        wholeCase(idType, offsetType, type, BagMode.MEAN, true);
    }

    @ParameterizedTest(name = "test_embedding_bag_non_contiguous_weight_{0}_{1}_{2}")
    @MethodSource("allTypes")
    void nonContiguousWeight(DataType idType, DataType offsetType, DataType type) {
        NDArray view = random(3, 4, type).get(":, :3");
        NDArray contiguous = Pass.of(manager, Pass.rows(view), type);
        NDArray ids = Pass.ids(manager, new int[] {0, 1, 2}, new Shape(3), idType);
        NDArray offsets = Pass.ids(manager, new int[] {0, 2}, new Shape(2), offsetType);
        for (BagMode mode : BagMode.values()) {
            NDArray strided = Pass.forward(padded(view, mode, false, NONE, false), ids, offsets);
            NDArray even = Pass.forward(padded(contiguous, mode, false, NONE, false), ids, offsets);
            assertThat(Pass.values(strided)).containsExactly(Pass.values(even));
        }
    }

    @ParameterizedTest(name = "test_embedding_bag_half_{0}_{1}")
    @MethodSource("idTypes")
    void half(DataType idType, DataType offsetType) {
        wholeCase(idType, offsetType, DataType.FLOAT16, BagMode.SUM, true);
    }

    @ParameterizedTest(name = "test_embedding_bag_per_sample_weights_grad: {0}")
    @EnumSource
    void gradientsOfTableAndWeights(Wanted wanted) {
        NDArray table = random(256, 256, DataType.FLOAT32);
        EmbeddingBag block =
                EmbeddingBag.builder()
                        .optWeight(table)
                        .optMode(BagMode.SUM)
                        .optFreeze(!wanted.table)
                        .build();
        int[] ids = IntStream.range(0, 12).map(i -> 1 + i % 4).toArray();
        double[] values = softmax(12, 4);
        NDArray weights = Pass.of(manager, values, new Shape(3, 4), DataType.FLOAT32);
        weights.setRequiresGradient(wanted.weights);
        NDArray rows = Pass.ids(manager, ids, new Shape(3, 4), LONG);
        BagTruth truth =
                BagTruth.of(BagMode.SUM, Pass.rows(table), ids, new int[] {0, 4, 8})
                        .withWeights(Pass.values(weights));
        double[] seed = filled(3 * 256);

        NDArray output =
                wanted == Wanted.NEITHER
                        ? Pass.forward(block, rows, weights)
                        : Pass.backward(block, seed, rows, weights);

        Pass.assertNear("output", output, truth.output());
        assertThat(table.hasGradient()).isEqualTo(wanted.table);
        if (wanted.table) {
            Pass.assertNear("table", table.getGradient(), truth.tableGradient(seed));
        }
        if (wanted.weights) {
            Pass.assertNear("weights", weights.getGradient(), truth.weightGradient(seed));
        }
    }

    private enum Wanted {
        BOTH(true, true),
        TABLE(true, false),
        WEIGHTS(false, true),
        NEITHER(false, false);

        private final boolean table;
        private final boolean weights;

        Wanted(boolean table, boolean weights) {
            this.table = table;
            this.weights = weights;
        }
    }

    // ---- shared by the cases

    private static final DataType LONG = DataType.INT64;

    /** Compares the shared batch with float64, with random weights if there are weights. */
    private void checkShared(
            DataType idType,
            DataType offsetType,
            DataType type,
            BagMode mode,
            boolean weighted,
            boolean trainable,
            boolean lastIsEnd) {
        NDArray table = oneToTen(5, 2, type);
        int[] offsets = lastIsEnd ? with(OFFSETS, IDS.length) : OFFSETS;
        List<NDArray> inputs = new ArrayList<>();
        inputs.add(Pass.ids(manager, IDS, new Shape(6), idType));
        inputs.add(Pass.ids(manager, offsets, new Shape(offsets.length), offsetType));
        BagTruth truth = BagTruth.of(mode, Pass.rows(table), IDS, OFFSETS);
        if (weighted) {
            NDArray weights = Pass.of(manager, Pass.normals(random, 6), new Shape(6), type);
            weights.setRequiresGradient(trainable);
            inputs.add(weights);
            truth = truth.withWeights(Pass.values(weights));
        }
        double[] seed = asStored(Pass.normals(random, 10), type);

        NDArray output =
                Pass.backward(
                        padded(table, mode, false, NONE, lastIsEnd),
                        seed,
                        inputs.toArray(NDArray[]::new));

        check(truth, output, table, seed);
        if (trainable) {
            Pass.assertNear("weights", inputs.get(2).getGradient(), truth.weightGradient(seed));
        }
    }

    /**
     * Checks the known example, empty bags, comparisons with a lookup, and illegal combinations.
     */
    private void wholeCase(
            DataType idType, DataType offsetType, DataType type, BagMode mode, boolean sparse) {
        NDArray table = oneToTen(5, 2, type);
        EmbeddingBag block = padded(table, mode, sparse, NONE, false);
        NDArray ids = Pass.ids(manager, IDS, new Shape(6), idType);
        NDArray offsets = Pass.ids(manager, OFFSETS, new Shape(5), offsetType);
        double part = mode == BagMode.MEAN ? 1.0 / 3 : 1;
        double[] bags = mode == BagMode.MAX ? new double[] {7, 8, 9, 10} : known(part);
        double[] gradient =
                mode == BagMode.MAX
                        ? new double[] {0, 0, 0, 0, 0, 0, 1, 2, 3, 4}
                        : times(part, 3, 4, 5, 8, 0, 0, 1, 2, 3, 4);

        NDArray withEmpty =
                Pass.backward(
                        block, new double[] {99, 99, 1, 2, 99, 99, 3, 4, 99, 99}, ids, offsets);
        Pass.assertNear(
                "with empty bags",
                withEmpty,
                new double[] {0, 0, bags[0], bags[1], 0, 0, bags[2], bags[3], 0, 0});
        Pass.assertNear("gradient", table.getGradient(), gradient);

        NDArray second = oneToTen(5, 2, type);
        NDArray rows =
                Pass.backward(
                        padded(second, mode, sparse, NONE, false),
                        new double[] {1, 2, 3, 4},
                        Pass.ids(manager, IDS, new Shape(2, 3), idType));
        Pass.assertNear("rows", rows, bags);
        Pass.assertNear("gradient of rows", second.getGradient(), gradient);

        NDArray third = oneToTen(5, 2, type);
        Pass.backward(
                padded(third, mode, sparse, NONE, false),
                Pass.ids(manager, new int[0], new Shape(0), idType),
                Pass.ids(manager, new int[4], new Shape(4), offsetType));
        assertThat(Pass.values(third.getGradient())).hasSize(10).containsOnly(0);

        compareWithEmbedding(
                new Against(idType, type, mode, sparse, false, false, null),
                1 + random.nextInt(100),
                1 + random.nextInt(100),
                1 + random.nextInt(50),
                1 + random.nextInt(50));
        // Ten of the sixteen combinations of sizes 1 and 2; PyTorch's case has all.
        for (Double maxNorm : new Double[] {null, 3.0}) {
            int bits = sizes++;
            compareWithEmbedding(
                    new Against(idType, type, mode, sparse, false, false, maxNorm),
                    1 + (bits & 1),
                    1 + (bits >> 1 & 1),
                    1 + (bits >> 2 & 1),
                    1 + (bits >> 3 & 1));
        }
        illegalCombinations(block, idType, offsetType);
    }

    private void illegalCombinations(EmbeddingBag block, DataType idType, DataType offsetType) {
        NDArray ids = Pass.ids(manager, filled(12, 1), new Shape(3, 4), idType);
        NDArray flat = ids.reshape(12);
        int[][] wrong = {{1, 1, 2}, {0, 1, 100}};
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                Pass.forward(
                                        block,
                                        ids,
                                        Pass.ids(
                                                manager,
                                                new int[] {0, 1, 2},
                                                new Shape(3),
                                                offsetType)));
        assertThatIllegalArgumentException().isThrownBy(() -> Pass.forward(block, flat));
        for (int[] offsets : wrong) {
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () ->
                                    Pass.forward(
                                            block,
                                            flat,
                                            Pass.ids(manager, offsets, new Shape(3), offsetType)))
                    .withMessageContaining("offsets: expected 0 first");
        }
    }

    /** A bag that is compared with a lookup whose vectors are reduced one by one. */
    private record Against(
            DataType idType,
            DataType type,
            BagMode mode,
            boolean sparse,
            boolean weighted,
            boolean trainable,
            @Nullable Double maxNorm) {}

    private void compareWithEmbedding(Against against, int rows, int width, int bags, int length) {
        NDArray table = random(rows, width, against.type);
        NDArray twin = Pass.of(manager, Pass.rows(table), against.type);
        EmbeddingBag.Builder builder =
                EmbeddingBag.builder()
                        .optWeight(table)
                        .optMode(against.mode)
                        .optSparse(against.sparse);
        TokenEmbedding.Builder lookup = TokenEmbedding.builder().optWeight(twin);
        if (against.maxNorm != null) {
            builder.optMaxNorm(against.maxNorm);
            lookup.optMaxNorm(against.maxNorm);
        }
        int[] ids = random.ints((long) bags * length, 0, rows).toArray();
        int[] offsets = IntStream.range(0, bags).map(bag -> bag * length).toArray();
        double[] seed = asStored(random.doubles((long) bags * width).toArray(), against.type);
        List<NDArray> inputs = new ArrayList<>();
        inputs.add(Pass.ids(manager, ids, new Shape(ids.length), against.idType));
        inputs.add(Pass.ids(manager, offsets, new Shape(bags), against.idType));
        if (against.weighted) {
            NDArray weights =
                    Pass.of(
                            manager,
                            softmax(ids.length, length),
                            new Shape(ids.length),
                            against.type);
            weights.setRequiresGradient(against.trainable);
            inputs.add(weights);
        }

        NDArray output = Pass.backward(builder.build(), seed, inputs.toArray(NDArray[]::new));

        double[] weights = against.weighted ? Pass.values(inputs.get(2)) : new double[0];
        BagTruth truth =
                BagTruth.of(against.mode, Pass.rows(table), ids, offsets).withWeights(weights);
        NDArray vectors =
                Pass.backward(
                        lookup.build(),
                        truth.vectorGradient(seed),
                        Pass.ids(manager, ids, new Shape(bags, length), against.idType));
        BagTruth ofVectors =
                BagTruth.of(
                                against.mode,
                                Pass.rows(vectors.reshape(ids.length, width)),
                                IntStream.range(0, ids.length).toArray(),
                                offsets)
                        .withWeights(weights);
        Pass.assertNear("output " + against, output, ofVectors.output());
        Pass.assertNear("output " + against, output, truth.output());
        assertNearGradient(against, table.getGradient(), truth.tableGradient(seed));
        assertNearGradient(against, twin.getGradient(), truth.tableGradient(seed));
        if (against.trainable) {
            Pass.assertNear("weights", inputs.get(2).getGradient(), truth.weightGradient(seed));
        }
    }

    /** Allows for a lookup's float16 gradient, which is rounded once per vector before the sum. */
    private static void assertNearGradient(Against against, NDArray found, double[] expected) {
        double part = against.type == DataType.FLOAT16 ? 5e-3 : 1e-5;
        double[] values = Pass.values(found);
        for (int i = 0; i < values.length; i++) {
            assertThat(values[i])
                    .as("gradient %s at %d", against, i)
                    .isCloseTo(expected[i], within(part * Math.max(1, Math.abs(expected[i]))));
        }
    }

    private static void check(BagTruth truth, NDArray output, NDArray table, double[] seed) {
        Pass.assertNear("output", output, truth.output());
        Pass.assertNear("gradient", table.getGradient(), truth.tableGradient(seed));
    }

    private static EmbeddingBag padded(
            NDArray table, BagMode mode, boolean sparse, int padding, boolean lastIsEnd) {
        EmbeddingBag.Builder builder =
                EmbeddingBag.builder()
                        .optWeight(table)
                        .optMode(mode)
                        .optSparse(sparse)
                        .optIncludeLastOffset(lastIsEnd);
        if (padding != NONE) {
            builder.optPaddingIdx(padding);
        }
        return builder.build();
    }

    private NDArray longs(long... values) {
        return manager.create(values);
    }

    private NDArray random(int rows, int width, DataType type) {
        return Pass.of(manager, Pass.normals(random, rows * width), new Shape(rows, width), type);
    }

    /** The numbers from 1 on. */
    private NDArray oneToTen(int rows, int width, DataType type) {
        double[] values = IntStream.rangeClosed(1, rows * width).asDoubleStream().toArray();
        return Pass.of(manager, values, new Shape(rows, width), type);
    }

    /** Returns the values rounded to the type. */
    private double[] asStored(double[] values, DataType type) {
        return Pass.values(Pass.of(manager, values, new Shape(values.length), type));
    }

    /** Returns weights with sum 1 in each bag. */
    private double[] softmax(int count, int length) {
        double[] weights = Pass.normals(random, count);
        for (int begin = 0; begin < count; begin += length) {
            double sum = 0;
            for (int i = begin; i < begin + length; i++) {
                weights[i] = Math.exp(weights[i]);
                sum += weights[i];
            }
            for (int i = begin; i < begin + length; i++) {
                weights[i] /= sum;
            }
        }
        return weights;
    }

    private static double[] known(double part) {
        return times(part, 13, 16, 13, 16);
    }

    private static double[] times(double factor, double... values) {
        return Arrays.stream(values).map(value -> factor * value).toArray();
    }

    private static int[] filled(int count, int value) {
        return IntStream.generate(() -> value).limit(count).toArray();
    }

    private static double[] filled(int count) {
        return LongStream.range(0, count).mapToDouble(unused -> 1).toArray();
    }

    /** Some of the ids; PyTorch's case has all, but a new block costs 20 ms. */
    private static int[] someOf(int... ids) {
        return Arrays.stream(ids).distinct().limit(2).toArray();
    }

    private static int[] with(int[] values, int last) {
        int[] longer = Arrays.copyOf(values, values.length + 1);
        longer[values.length] = last;
        return longer;
    }
}
