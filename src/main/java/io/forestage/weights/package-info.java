/** Reads weight files into named tensors and writes them. Uses the JDK and gson, not DJL. */
@NullMarked
package io.forestage.weights;

import org.jspecify.annotations.NullMarked;
