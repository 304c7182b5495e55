/** What every room needs: checks, checksums, strict JSON, threads, untrusted text in messages. */
@NullMarked
package io.forestage.support;

import org.jspecify.annotations.NullMarked;
