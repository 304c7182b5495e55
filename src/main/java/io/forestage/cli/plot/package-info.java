/** {@code plot}: pictures of positions, words and tables. */
@NullMarked
package io.forestage.cli.plot;

import org.jspecify.annotations.NullMarked;
