/** Token ids to vectors, as DJL blocks. */
@NullMarked
package io.forestage.nn;

import org.jspecify.annotations.NullMarked;
