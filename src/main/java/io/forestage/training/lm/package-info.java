/** Next-token prediction with tied weights: the stage's vectors times its own table. */
@NullMarked
package io.forestage.training.lm;

import org.jspecify.annotations.NullMarked;
