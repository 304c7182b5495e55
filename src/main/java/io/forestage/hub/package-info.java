/**
 * GPT-2's input stage from Hugging Face's hub, or from any server that lays its files out in the
 * same way.
 *
 * <p>{@link io.forestage.hub.HubDownload} makes a folder that looks like the model's repository as
 * far as the input stage needs it. Of a safetensors file it asks for the header and the two tables
 * only, and puts them where they lie in the whole file, so that every reader takes the folder as if
 * it had been copied.
 */
@NullMarked
package io.forestage.hub;

import org.jspecify.annotations.NullMarked;
