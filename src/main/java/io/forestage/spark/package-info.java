/**
 * Texts to vectors on Apache Spark, which the cluster brings: a stage of Spark ML's pipelines, and
 * a function of SQL.
 *
 * <p>The driver computes the model's checksums and sends them, with the options, to the tasks. A
 * task finds the model where its executor sees it, checks that it is the driver's, and shares one
 * open stage with all tasks of its JVM.
 */
@NullMarked
package io.forestage.spark;

import org.jspecify.annotations.NullMarked;
