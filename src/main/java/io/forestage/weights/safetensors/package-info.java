/**
 * Hugging Face's safetensors: a JSON header and the bytes of the tensors. Written as its own
 * library writes it; nothing in a header is trusted.
 */
@NullMarked
package io.forestage.weights.safetensors;

import org.jspecify.annotations.NullMarked;
