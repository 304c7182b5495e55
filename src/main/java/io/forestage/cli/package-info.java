/** The command line: the only room that prints. */
@NullMarked
package io.forestage.cli;

import org.jspecify.annotations.NullMarked;
