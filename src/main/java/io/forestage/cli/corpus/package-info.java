/** {@code embed --lines}: a corpus, a text a line, and the options for texts that are long. */
@NullMarked
package io.forestage.cli.corpus;

import org.jspecify.annotations.NullMarked;
