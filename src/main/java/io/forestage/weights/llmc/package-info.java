/** llm.c's model files: a header of 256 integers and the parameters of GPT-2 one after another. */
@NullMarked
package io.forestage.weights.llmc;

import org.jspecify.annotations.NullMarked;
