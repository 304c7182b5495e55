/** The command that continues texts. */
@NullMarked
package io.forestage.cli.generate;

import org.jspecify.annotations.NullMarked;
