/**
 * A corpus to vectors: texts, one a line, read from files of any size and embedded into one file,
 * in constant memory. A run that was interrupted continues where it stopped and writes the same
 * bytes.
 *
 * <p>A thread reads and decodes the next batch of lines while this one is tokenized and embedded
 * and another thread writes the one before; none is ever more than a batch ahead.
 */
@NullMarked
package io.forestage.corpus;

import org.jspecify.annotations.NullMarked;
