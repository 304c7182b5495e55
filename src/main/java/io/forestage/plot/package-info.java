/**
 * Pictures of tables, words and kernels, as PNG or SVG files: heat maps, maps, histograms and
 * spectra. It needs java.desktop and, for charts and SVG, optional libraries.
 */
@NullMarked
package io.forestage.plot;

import org.jspecify.annotations.NullMarked;
