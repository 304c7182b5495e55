/** The stage as DJL's Translator, TranslatorFactory and BlockFactory. */
@NullMarked
package io.forestage.pipeline;

import org.jspecify.annotations.NullMarked;
