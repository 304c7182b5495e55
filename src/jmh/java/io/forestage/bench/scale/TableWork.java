package io.forestage.bench.scale;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.forestage.bench.TrainingStep;
import io.forestage.nn.Gpt2InputEmbedding;
import io.forestage.nn.LearnedPositionalEmbedding;
import io.forestage.nn.TokenEmbedding;
import io.forestage.optim.RowSparseAdam;
import io.forestage.torch.JoinedTables;
import java.util.ArrayList;
import java.util.List;

/** Work on a table whose values are those of the {@link TableFile}. */
final class TableWork {

    /** Ids that take turns: a table of ten million rows must not be in the cache. */
    private static final long MAX_IDS = 1 << 20;

    private static final int MAX_BATCHES = 128;
    private static final int SAMPLES = 16;

    /** The rows of the positions' table, behind the tokens'. */
    static final long POSITIONS = 1024;

    /** The first step of Adam moves each value by the rate, whatever its gradient. */
    private static final double RATE = 1e-3;

    private static final double TOLERANCE = 1e-5;

    /** Adam's ε counts beside smaller ones, and their sum may be rounded to the other side of 0. */
    private static final double MIN_GRADIENT = 1e-3;

    private TableWork() {}

    static Work stage(Task task) {
        return new Stage(task);
    }

    static Work step(Task task) {
        return new Step(task);
    }

    private static List<long[]> batches(Task task) {
        long count = Math.max(2, Math.min(MAX_BATCHES, MAX_IDS / task.units()));
        return task.ids().batches(task.rows(), Math.toIntExact(task.units()), (int) count);
    }

    private static float[] row(long row, long width) {
        float[] values = new float[(int) width];
        for (int i = 0; i < values.length; i++) {
            values[i] = TableFile.value(row * width + i);
        }
        return values;
    }

    private static float[] row(NDArray array, long... place) {
        NDIndex index = new NDIndex();
        for (long at : place) {
            index.addIndices(at);
        }
        try (NDArray row = array.get(index)) {
            return row.toFloatArray();
        }
    }

    /** A place of a sample in a batch: the first, the last and others. */
    private static int place(int sample, long size) {
        return (int) (sample * (size - 1) / (SAMPLES - 1));
    }

    /** Token and position vectors of a mapped table. */
    private static final class Stage implements Work {

        private final Task task;
        private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        private final ParameterStore parameters = new ParameterStore(manager, false);
        private final List<long[]> ids;
        private final List<NDArray> batches = new ArrayList<>();
        private final Gpt2InputEmbedding block;
        private int next;

        Stage(Task task) {
            this.task = task;
            ids = batches(task);
            Shape shape = new Shape(task.batch(), task.length());
            ids.forEach(each -> batches.add(manager.create(each, shape)));
            JoinedTables tables = TableFile.map(manager, task.rows(), POSITIONS, task.width());
            block =
                    Gpt2InputEmbedding.builder()
                            .setTokenEmbedding(TokenEmbedding.fromPretrained(tables.first(), true))
                            .optPositionalEmbedding(
                                    LearnedPositionalEmbedding.fromPretrained(
                                            tables.second(), true))
                            .optJoinedTables(tables.both(), 0)
                            .build();
        }

        @Override
        public void check() {
            try (NDArray vectors = embed(0)) {
                for (int sample = 0; sample < SAMPLES; sample++) {
                    int place = place(sample, task.units());
                    long position = place % task.length();
                    float[] expected = row(ids.get(0)[place], task.width());
                    float[] found = row(vectors, place / task.length(), position);
                    long behind = (task.rows() + position) * task.width();
                    for (int i = 0; i < expected.length; i++) {
                        expected[i] += TableFile.value(behind + i);
                        Work.require("vector " + place + ", value " + i, expected[i], found[i]);
                    }
                }
            }
        }

        @Override
        public void run() {
            embed(next++ % batches.size()).close();
        }

        @Override
        public int round() {
            return batches.size();
        }

        @Override
        public void close() {
            manager.close();
        }

        private NDArray embed(int batch) {
            return block.forward(parameters, new NDList(batches.get(batch)), false)
                    .singletonOrThrow();
        }
    }

    /** Training steps of a table in memory. */
    private static final class Step implements Work {

        private final Task task;
        private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        private final List<long[]> ids;
        private final NDArray table;
        private final RowSparseAdam optimizer;
        private final TrainingStep step;

        Step(Task task) {
            this.task = task;
            ids = batches(task);
            Shape shape = new Shape(task.rows(), task.width());
            try (NDArray file = TableFile.map(manager, shape)) {
                table = file.duplicate();
            }
            // The copy alone is the table's memory, the pages of the file are not.
            ProcessMemory.forgetPeak();
            TokenEmbedding block =
                    TokenEmbedding.builder()
                            .optWeight(table)
                            .optSparse(task.kind() == Task.Kind.SPARSE)
                            .optFused(task.kind() == Task.Kind.FUSED)
                            .build();
            optimizer = RowSparseAdam.builder().optThreads(task.threads()).build();
            step =
                    new TrainingStep(
                            block,
                            optimizer,
                            ids,
                            new Shape(task.batch(), task.length()),
                            task.width());
        }

        @Override
        public void check() {
            step.run();
            try (NDArray weights = table.stopGradient()) {
                for (int sample = 0; sample < SAMPLES; sample++) {
                    checkUpdated(weights, ids.get(0)[place(sample, task.units())]);
                    checkRow(weights, sample * (task.rows() - 1) / (SAMPLES - 1));
                }
            }
        }

        private void checkRow(NDArray weights, long row) {
            for (long id : ids.get(0)) {
                if (id == row) {
                    checkUpdated(weights, row);
                    return;
                }
            }
            float[] expected = row(row, task.width());
            float[] found = row(weights, row);
            for (int i = 0; i < found.length; i++) {
                Work.require("row " + row + ", value " + i, expected[i], found[i]);
            }
        }

        private void checkUpdated(NDArray weights, long row) {
            double[] gradient = gradient(row);
            float[] found = row(weights, row);
            for (int i = 0; i < found.length; i++) {
                double expected =
                        TableFile.value(row * task.width() + i) - RATE * Math.signum(gradient[i]);
                if (Math.abs(gradient[i]) > MIN_GRADIENT
                        && Math.abs(found[i] - expected) > TOLERANCE) {
                    Work.require("row " + row + ", value " + i, expected, (double) found[i]);
                }
            }
        }

        private double[] gradient(long row) {
            long[] batch = ids.get(0);
            double[] sum = new double[(int) task.width()];
            for (int i = 0; i < batch.length; i++) {
                if (batch[i] == row) {
                    float[] values = row(step.upstream(), i / task.length(), i % task.length());
                    for (int j = 0; j < sum.length; j++) {
                        sum[j] += values[j];
                    }
                }
            }
            return sum;
        }

        @Override
        public void run() {
            step.run();
        }

        @Override
        public int round() {
            return ids.size();
        }

        @Override
        public void close() {
            step.close();
            optimizer.close();
            manager.close();
        }
    }
}
