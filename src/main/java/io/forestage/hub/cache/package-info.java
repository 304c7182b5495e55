/**
 * Models of the hub as folders on this disk: those that huggingface_hub has fetched, found in its
 * cache, and those that Forestage fetches: the tables alone, or whole models.
 */
@NullMarked
package io.forestage.hub.cache;

import org.jspecify.annotations.NullMarked;
