/** Where native code is loaded from. */
@NullMarked
package io.forestage.natives;

import org.jspecify.annotations.NullMarked;
