/**
 * Starts DJL's PyTorch engine, and offers the few native operations that DJL does not expose as
 * typed Java methods.
 */
@NullMarked
package io.forestage.torch;

import org.jspecify.annotations.NullMarked;
