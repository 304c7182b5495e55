/** What every room needs and no room is about: strict JSON, and a stranger's text in messages. */
@NullMarked
package io.forestage.support;

import org.jspecify.annotations.NullMarked;
