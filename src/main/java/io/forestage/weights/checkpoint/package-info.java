/** A model's weights, in whatever files and formats they are stored. */
@NullMarked
package io.forestage.weights.checkpoint;

import org.jspecify.annotations.NullMarked;
