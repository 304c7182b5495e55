/**
 * GPT-2's input stage from Hugging Face's hub, or from any server that lays its files out in the
 * same way.
 *
 * <p>{@link io.forestage.hub.HubDownload} fills a folder laid out like the model's repository with
 * the files that the input stage needs. Of a safetensors file it requests only the header and the
 * two tables, and writes them at their offsets in the whole file, so that every reader can read it.
 */
@NullMarked
package io.forestage.hub;

import org.jspecify.annotations.NullMarked;
