/** Reads and writes zip files, the container of NumPy's {@code .npz} and of PyTorch's files. */
@NullMarked
package io.forestage.weights.zip;

import org.jspecify.annotations.NullMarked;
