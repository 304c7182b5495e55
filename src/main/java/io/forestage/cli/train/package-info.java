/** {@code train}: the commands that train, their options, and what they print meanwhile. */
@NullMarked
package io.forestage.cli.train;

import org.jspecify.annotations.NullMarked;
