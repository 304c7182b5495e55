/**
 * Reading what PyTorch's {@code torch.save} writes: the zip file of today and the bare pickle of
 * before PyTorch 1.6. The pickle is interpreted as data; nothing that it names is ever run.
 */
@NullMarked
package io.forestage.weights.pytorch;

import org.jspecify.annotations.NullMarked;
