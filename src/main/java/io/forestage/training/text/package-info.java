/**
 * Text files to tokens for training: plain texts, cut into paragraphs or whole, and texts with
 * labels. For the rooms of {@code training} alone.
 */
@NullMarked
package io.forestage.training.text;

import org.jspecify.annotations.NullMarked;
