package io.forestage.spark.skipgram;

import io.forestage.training.skipgram.PackedText;
import io.forestage.training.skipgram.SkipGramPlan;
import io.forestage.training.skipgram.StepPairs;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.broadcast.Broadcast;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/**
 * What the tasks of a round do, each on its partition.
 *
 * @param shared the plan
 * @param step the step
 * @param round the round of it
 */
record StepTask(Broadcast<SharedPlan> shared, int step, int round) implements Serializable {

    private static final long serialVersionUID = 1;

    /** Makes the pairs of a slice of the step's texts, to be sent to the part of their centers. */
    Iterator<Tuple2<Integer, PartPairs>> pairs(int slice, Iterator<PackedText> texts) {
        SkipGramPlan plan = plan();
        StepPairs pairs = plan.pairs(step);
        PackedText before = null;
        int copy = 0;
        while (texts.hasNext()) {
            PackedText text = texts.next();
            copy = text.equals(before) ? copy + 1 : 0;
            pairs.add(text, copy);
            before = text;
        }
        List<Tuple2<Integer, PartPairs>> byCenters = new ArrayList<>();
        for (int centers = 0; centers < plan.parts(); centers++) {
            byte[][] blocks = new byte[plan.parts()][];
            for (int contexts = 0; contexts < blocks.length; contexts++) {
                blocks[contexts] = pairs.ofBlock(centers, contexts);
            }
            byCenters.add(new Tuple2<>(centers, new PartPairs(slice, blocks)));
        }
        return byCenters.iterator();
    }

    /** Draws a part's first rows. */
    Iterator<Tuple2<Integer, MovingRows>> initial(Integer part) {
        float[][] centers =
                Arrays.stream(plan().members(0, part))
                        .mapToObj(plan()::initialCenter)
                        .toArray(float[][]::new);
        float[][] contexts =
                Arrays.stream(centers).map(row -> new float[row.length]).toArray(float[][]::new);
        return both(part, part, new PartRows(part, centers, part, contexts, 0, 0));
    }

    /** Trains a block; sends the centers to their own part, the contexts to the next task. */
    Iterator<Tuple2<Integer, MovingRows>> movedOn(
            Iterator<Tuple2<Integer, MovingRows>> rows, Iterator<PartPairs> pairs) {
        PartRows trained = train(rows, pairs);
        return both(trained.part(), Math.floorMod(trained.part() - 1, plan().parts()), trained);
    }

    /** Trains the last block of a part. */
    Iterator<PartRows> trained(
            Iterator<Tuple2<Integer, MovingRows>> rows, Iterator<PartPairs> pairs) {
        return List.of(train(rows, pairs)).iterator();
    }

    /** Sends the rows of the step before to their parts of this one. */
    Iterator<Tuple2<Integer, MovingRows>> leaving(PartRows before) {
        SkipGramPlan plan = plan();
        List<Tuple2<Integer, MovingRows>> all = new ArrayList<>();
        for (int to = 0; to < plan.parts(); to++) {
            all.add(new Tuple2<>(to, leaving(true, before.part(), before.centers(), to)));
            all.add(new Tuple2<>(to, leaving(false, before.contextPart(), before.contexts(), to)));
        }
        return all.iterator();
    }

    private MovingRows leaving(boolean isCenters, int from, float[][] rows, int to) {
        return new MovingRows(isCenters, from, plan().leaving(step - 1, from, rows, to), 0, 0);
    }

    /** Puts the rows that came to a part in order. */
    Iterator<Tuple2<Integer, MovingRows>> arriving(Iterator<Tuple2<Integer, MovingRows>> came) {
        SkipGramPlan plan = plan();
        float[][][] centers = new float[plan.parts()][][];
        float[][][] contexts = new float[plan.parts()][][];
        int part = 0;
        while (came.hasNext()) {
            Tuple2<Integer, MovingRows> each = came.next();
            part = each._1();
            (each._2().isCenters() ? centers : contexts)[each._2().from()] = each._2().rows();
        }
        return both(
                part,
                part,
                new PartRows(
                        part,
                        plan.arriving(step, part, centers),
                        part,
                        plan.arriving(step, part, contexts),
                        0,
                        0));
    }

    private PartRows train(Iterator<Tuple2<Integer, MovingRows>> rows, Iterator<PartPairs> pairs) {
        int part = 0;
        MovingRows centers = null;
        MovingRows contexts = null;
        while (rows.hasNext()) {
            Tuple2<Integer, MovingRows> each = rows.next();
            part = each._1();
            if (each._2().isCenters()) {
                centers = each._2();
            } else {
                contexts = each._2();
            }
        }
        SkipGramPlan plan = plan();
        int contextPart = plan.contextPart(part, round);
        List<PartPairs> slices = new ArrayList<>();
        pairs.forEachRemaining(slices::add);
        slices.sort(Comparator.comparingInt(PartPairs::slice));
        MovingRows own = required(centers);
        MovingRows other = required(contexts);
        SkipGramPlan.Loss loss =
                plan.train(
                        step,
                        round,
                        part,
                        own.rows(),
                        other.rows(),
                        slices.stream().map(slice -> slice.block(contextPart)).toList());
        return new PartRows(
                part,
                own.rows(),
                contextPart,
                other.rows(),
                own.loss() + loss.sum(),
                own.pairs() + loss.pairs());
    }

    private static MovingRows required(@Nullable MovingRows rows) {
        if (rows == null) {
            throw new IllegalStateException("expected the rows of a part, found none");
        }
        return rows;
    }

    private static Iterator<Tuple2<Integer, MovingRows>> both(
            int centersTo, int contextsTo, PartRows rows) {
        return List.of(
                        new Tuple2<>(
                                centersTo,
                                new MovingRows(
                                        true,
                                        rows.part(),
                                        rows.centers(),
                                        rows.loss(),
                                        rows.pairs())),
                        new Tuple2<>(
                                contextsTo,
                                new MovingRows(false, rows.contextPart(), rows.contexts(), 0, 0)))
                .iterator();
    }

    private SkipGramPlan plan() {
        return shared.value().plan();
    }
}
