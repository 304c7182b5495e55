/** DJL blocks that turn token ids into vectors. */
@NullMarked
package io.forestage.nn;

import org.jspecify.annotations.NullMarked;
