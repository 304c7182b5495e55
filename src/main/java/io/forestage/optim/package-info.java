/** Optimisers for DJL's trainer whose step costs what the rows touched cost, whatever V is. */
@NullMarked
package io.forestage.optim;

import org.jspecify.annotations.NullMarked;
