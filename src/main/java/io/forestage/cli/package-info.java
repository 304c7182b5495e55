/** The command line: the only package that prints. */
@NullMarked
package io.forestage.cli;

import org.jspecify.annotations.NullMarked;
