/** How the heads of a decoder attend: softmax, linear and FMM attention, and feature maps. */
@NullMarked
package io.forestage.decoder.attention;

import org.jspecify.annotations.NullMarked;
