/** The folder from which native code is loaded. */
@NullMarked
package io.forestage.natives;

import org.jspecify.annotations.NullMarked;
