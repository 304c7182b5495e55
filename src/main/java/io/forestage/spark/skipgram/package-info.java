/**
 * Skip-gram on Apache Spark, for a corpus that is too large for one machine: an estimator as Spark
 * ML's others, whose parts of the vocabulary move between executors.
 */
@NullMarked
package io.forestage.spark.skipgram;

import org.jspecify.annotations.NullMarked;
