/**
 * From text files to token ids: plain texts, by paragraphs or whole, and labelled texts. For the
 * rooms of {@code training} alone.
 */
@NullMarked
package io.forestage.training.text;

import org.jspecify.annotations.NullMarked;
