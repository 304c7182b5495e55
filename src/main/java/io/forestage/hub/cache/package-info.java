/**
 * Models of the hub as folders on this disk: those that huggingface_hub has fetched, found in its
 * cache, and those that Forestage fetches, whose tables alone are kept.
 */
@NullMarked
package io.forestage.hub.cache;

import org.jspecify.annotations.NullMarked;
