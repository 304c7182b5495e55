/** What every room needs and no room is about: quoting untrusted text, checking indexes. */
@NullMarked
package io.forestage.support;

import org.jspecify.annotations.NullMarked;
