/** A model's weights, whichever files and formats they come in. */
@NullMarked
package io.forestage.weights.checkpoint;

import org.jspecify.annotations.NullMarked;
