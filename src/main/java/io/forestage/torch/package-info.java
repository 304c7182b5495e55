/**
 * DJL's PyTorch engine, and the few native operations that DJL does not expose, behind typed Java
 * methods.
 */
@NullMarked
package io.forestage.torch;

import org.jspecify.annotations.NullMarked;
