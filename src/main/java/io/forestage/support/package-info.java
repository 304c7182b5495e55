/** What every room needs: checks of options, checksums, threads, and text of others in messages. */
@NullMarked
package io.forestage.support;

import org.jspecify.annotations.NullMarked;
