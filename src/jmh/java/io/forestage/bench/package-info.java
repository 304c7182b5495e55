/** Each promise about speed, measured beside its rival. */
@NullMarked
package io.forestage.bench;

import org.jspecify.annotations.NullMarked;
