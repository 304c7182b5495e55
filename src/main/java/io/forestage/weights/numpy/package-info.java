/** NumPy's {@code .npy} and {@code .npz}, read and written; nothing of Python is evaluated. */
@NullMarked
package io.forestage.weights.numpy;

import org.jspecify.annotations.NullMarked;
