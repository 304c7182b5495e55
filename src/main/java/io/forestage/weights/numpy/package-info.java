/** Reads and writes NumPy's {@code .npy} and {@code .npz}; no Python code is evaluated. */
@NullMarked
package io.forestage.weights.numpy;

import org.jspecify.annotations.NullMarked;
