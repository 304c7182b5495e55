/** Zip files as positioned bytes: the container of NumPy's {@code .npz} and of PyTorch's files. */
@NullMarked
package io.forestage.weights.zip;

import org.jspecify.annotations.NullMarked;
