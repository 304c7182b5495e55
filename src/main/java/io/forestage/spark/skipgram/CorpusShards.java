package io.forestage.spark.skipgram;

import io.forestage.model.ModelConfig;
import io.forestage.training.skipgram.PackedText;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Collections;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.PartitionPruningRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.storage.StorageLevel;
import scala.Function1;
import scala.Tuple2;

/**
 * The texts of a training as token ids on the executors, in the order of their places: each share
 * of an epoch is some whole partitions.
 */
final class CorpusShards implements AutoCloseable {

    /** Levels of the tree that adds the counts. */
    private static final int DEPTH = 2;

    private final JavaRDD<PackedText> texts;
    private final int slices;

    private CorpusShards(JavaRDD<PackedText> texts, int slices) {
        this.texts = texts;
        this.slices = slices;
    }

    /**
     * What texts are read.
     *
     * @param column their column
     * @param skipInvalid whether texts that are null or not UTF-8 are left out
     * @param seed the training's
     */
    record Source(String column, boolean skipInvalid, long seed) implements Serializable {}

    /** Prepares to read texts; a share is cut into some slices, for as many tasks. */
    static CorpusShards of(Dataset<?> dataset, Source source, int shares, int slices) {
        JavaRDD<PackedText> texts =
                dataset.select(TextColumn.bytes(dataset, source.column()))
                        .toJavaRDD()
                        .mapPartitions(rows -> new PackedTexts(rows, source))
                        .mapToPair(text -> new Tuple2<>(text, true))
                        .repartitionAndSortWithinPartitions(
                                new ByPlace(Math.multiplyExact(shares, slices)))
                        .keys()
                        .persist(StorageLevel.MEMORY_AND_DISK_SER());
        return new CorpusShards(texts, slices);
    }

    /** Reads the texts. */
    Tally tally() {
        int vocabulary = ModelConfig.GPT2_VOCAB_SIZE;
        long[] sums =
                texts.mapPartitions(
                                each -> {
                                    long[] own = new long[vocabulary + 1];
                                    each.forEachRemaining(
                                            text -> {
                                                text.count(own);
                                                own[vocabulary] += text.checksum();
                                            });
                                    return Collections.singleton(own).iterator();
                                })
                        .treeReduce(CorpusShards::add, DEPTH);
        return new Tally(Arrays.copyOf(sums, vocabulary), sums[vocabulary]);
    }

    /**
     * What the texts are in short.
     *
     * @param counts how often each token id occurs
     * @param checksum a number that other texts hardly have; their order does not change it
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Tally(long[] counts, long checksum) {}

    private static long[] add(long[] one, long[] other) {
        long[] sum = one.clone();
        for (int i = 0; i < sum.length; i++) {
            sum[i] += other[i];
        }
        return sum;
    }

    /** Returns a share's texts, a partition for each slice. */
    JavaRDD<PackedText> share(int share) {
        int first = share * slices;
        int end = first + slices;
        return PartitionPruningRDD.create(
                        texts.rdd(),
                        (Function1<Object, Object> & Serializable)
                                partition -> isIn((Integer) partition, first, end))
                .toJavaRDD();
    }

    private static boolean isIn(int partition, int first, int end) {
        return partition >= first && partition < end;
    }

    @Override
    public void close() {
        texts.unpersist(false);
    }

    /** Sends a text to the partition of its place. */
    private static final class ByPlace extends Partitioner {

        private static final long serialVersionUID = 1;

        private final int shards;

        ByPlace(int shards) {
            this.shards = shards;
        }

        @Override
        public int numPartitions() {
            return shards;
        }

        @Override
        public int getPartition(Object text) {
            return ((PackedText) text).shard(shards);
        }
    }
}
