/** {@code nearest}, {@code similarity} and {@code evaluate}: what the vectors of words say. */
@NullMarked
package io.forestage.cli.words;

import org.jspecify.annotations.NullMarked;
