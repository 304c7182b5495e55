/** A stage's column of texts: its checks and its values. Internal: what Spark's rooms share. */
@NullMarked
package io.forestage.spark.column;

import org.jspecify.annotations.NullMarked;
