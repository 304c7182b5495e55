/** What every room needs: checks, checksums, threads, and untrusted text in messages. */
@NullMarked
package io.forestage.support;

import org.jspecify.annotations.NullMarked;
