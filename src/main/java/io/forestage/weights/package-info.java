/** Weight files to named tensors and back; knows the JDK and gson, and no DJL. */
@NullMarked
package io.forestage.weights;

import org.jspecify.annotations.NullMarked;
