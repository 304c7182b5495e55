/**
 * How time and memory grow with the work: {@code scripts/bench --scale}. {@link ScaleBench} starts
 * a process for each point of each {@link Curve}; {@link ScaleProcess} is that process.
 */
@NullMarked
package io.forestage.bench.scale;

import org.jspecify.annotations.NullMarked;
