/**
 * Training: tables that come to carry meaning, with progress, checkpoints and curves. Nothing here
 * prints.
 */
@NullMarked
package io.forestage.training;

import org.jspecify.annotations.NullMarked;
