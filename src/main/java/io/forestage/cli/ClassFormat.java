package io.forestage.cli;

/** How classes of texts are printed. */
enum ClassFormat {
    TABLE,
    TSV,
    JSON
}
