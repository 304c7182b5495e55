package io.forestage.gradients;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.forestage.gradients.BlockCase.Batch;
import io.forestage.gradients.BlockCase.Network;
import io.forestage.nn.Gpt2InputEmbedding;
import io.forestage.nn.LearnedPositionalEmbedding;
import io.forestage.nn.PositionIds;
import io.forestage.nn.SinusoidalPositionalEmbedding;
import io.forestage.nn.TokenEmbedding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** GPT-2's input stage, its positions counted, given, or derived from a mask with pads. */
final class StageCases {

    private static final int ROWS = LookupCases.ROWS;
    private static final int WIDTH = LookupCases.WIDTH;
    private static final int POSITIONS = 32;
    private static final int BATCH = 8;
    private static final int TIME = 24;
    private static final int MAX_PADS = 6;

    private StageCases() {}

    private enum Positions {
        COUNTED,
        GIVEN,
        ON_HOST,
        PADDED_LEFT,
        PADDED_RIGHT
    }

    static List<GradientCase> all() {
        List<GradientCase> cases = new ArrayList<>();
        for (Positions positions : Positions.values()) {
            cases.add(of(positions, true, 1));
        }
        cases.add(of(Positions.PADDED_LEFT, false, 1));
        cases.add(of(Positions.COUNTED, false, 2));
        cases.add(of(Positions.PADDED_RIGHT, true, 2));
        return cases;
    }

    private static GradientCase of(Positions positions, boolean areLearned, double scale) {
        NDManager manager = NDManager.newBaseManager("PyTorch");
        double[][] tokens = Grid.table(ROWS, WIDTH);
        NDArray wte = Grid.array(manager, tokens, DataType.FLOAT32);
        Gpt2InputEmbedding.Builder builder =
                Gpt2InputEmbedding.builder()
                        .setTokenEmbedding(TokenEmbedding.fromPretrained(wte, false))
                        .optTokenScale(scale)
                        .optDropout(0);
        List<NDArray> tables = new ArrayList<>(List.of(wte));
        double[][] places;
        if (areLearned) {
            places = Grid.table(POSITIONS, WIDTH);
            NDArray wpe = Grid.array(manager, places, DataType.FLOAT32);
            tables.add(wpe);
            builder.optPositionalEmbedding(LearnedPositionalEmbedding.fromPretrained(wpe, false));
        } else {
            places = sinusoid();
            builder.optPositionalEmbedding(SinusoidalPositionalEmbedding.vaswani(WIDTH).build());
        }
        Gpt2InputEmbedding stage = builder.build();
        stage.initialize(manager, DataType.FLOAT32, new Shape(BATCH, TIME));
        return new BlockCase(
                "stage, %s, positions %s, times %s"
                        .formatted(areLearned ? "learned" : "sinusoidal", positions, scale),
                manager,
                new Network(
                        positions == Positions.ON_HOST ? new OnHost(stage) : stage,
                        tables,
                        (random, owner, weighted) ->
                                batch(random, owner, positions, scale, tokens, places)));
    }

    private static Batch batch(
            Random random,
            NDManager owner,
            Positions positions,
            double scale,
            double[][] tokens,
            double[][] places) {
        int[] ids = random.ints(BATCH * TIME, 0, ROWS).toArray();
        int[] types = random.ints(BATCH * TIME, 0, ROWS).toArray();
        boolean hasTypes = positions != Positions.ON_HOST && random.nextBoolean();
        int[] mask = new int[BATCH * TIME];
        int[] numbers = new int[BATCH * TIME];
        Terms terms = new Terms(BATCH * TIME, WIDTH, 0, tokens, places);
        for (int row = 0; row < BATCH; row++) {
            int pads = positions == Positions.COUNTED ? 0 : random.nextInt(MAX_PADS);
            int begin = positions == Positions.PADDED_RIGHT ? 0 : pads;
            int end = positions == Positions.PADDED_RIGHT ? TIME - pads : TIME;
            for (int i = 0; i < TIME; i++) {
                int at = row * TIME + i;
                mask[at] = i >= begin && i < end ? 1 : 0;
                numbers[at] = mask[at] == 1 ? i - begin : 0;
                terms.add(at, 0, ids[at], scale, 1);
                terms.add(at, 1, numbers[at], 1, 1);
                if (hasTypes) {
                    terms.add(at, 0, types[at], 1, 1);
                }
            }
        }
        Shape shape = new Shape(BATCH, TIME);
        NDList inputs = new NDList(LookupCases.indices(owner, random, ids, shape));
        if (positions != Positions.COUNTED && positions != Positions.ON_HOST) {
            inputs.add(LookupCases.indices(owner, random, mask, shape));
        }
        if (positions == Positions.GIVEN || positions == Positions.ON_HOST) {
            inputs.add(LookupCases.indices(owner, random, numbers, shape));
        }
        if (hasTypes) {
            NDArray given = LookupCases.indices(owner, random, types, shape);
            given.setName(Gpt2InputEmbedding.TOKEN_TYPE_IDS);
            inputs.add(given);
        }
        int count = BATCH * TIME;
        return new Batch(
                inputs, List.of(), terms, List.of(count * Long.BYTES, count * Integer.BYTES));
    }

    /** The stage over ids and positions in Java's memory, as the front door calls it. */
    private static final class OnHost extends AbstractBlock {

        private final Gpt2InputEmbedding stage;

        OnHost(Gpt2InputEmbedding stage) {
            this.stage = addChildBlock("stage", stage);
        }

        @Override
        protected void initializeChildBlocks(
                NDManager manager, DataType dataType, Shape... inputShapes) {
            stage.initialize(manager, dataType, inputShapes);
        }

        @Override
        protected NDList forwardInternal(
                ParameterStore store,
                NDList inputs,
                boolean training,
                PairList<String, Object> params) {
            NDArray ids = inputs.get(0);
            return new NDList(
                    stage.embed(
                            store,
                            ids.getManager(),
                            numbers(ids),
                            ids.getShape(),
                            PositionIds.of(numbers(inputs.get(1)), ids.getShape()),
                            training));
        }

        @Override
        public Shape[] getOutputShapes(Shape[] inputShapes) {
            return stage.getOutputShapes(inputShapes);
        }

        private static long[] numbers(NDArray array) {
            return Arrays.stream(array.toArray()).mapToLong(Number::longValue).toArray();
        }
    }

    /** Vaswani et al. 2017, §3.5. */
    private static double[][] sinusoid() {
        double[][] table = new double[POSITIONS][WIDTH];
        for (int position = 0; position < POSITIONS; position++) {
            for (int i = 0; i < WIDTH; i++) {
                double angle = position / Math.pow(10_000, (i - i % 2) / (double) WIDTH);
                table[position][i] = i % 2 == 0 ? Math.sin(angle) : Math.cos(angle);
            }
        }
        return table;
    }
}
