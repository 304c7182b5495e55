/**
 * Reads the files of PyTorch's {@code torch.save}: zip files, and the bare pickles from before
 * PyTorch 1.6. The pickle is interpreted as data; nothing that it names is ever run.
 */
@NullMarked
package io.forestage.weights.pytorch;

import org.jspecify.annotations.NullMarked;
