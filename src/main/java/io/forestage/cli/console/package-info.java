/** What commands share: reading texts, naming a model, printing tables, numbers and progress. */
@NullMarked
package io.forestage.cli.console;

import org.jspecify.annotations.NullMarked;
