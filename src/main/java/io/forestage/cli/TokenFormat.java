package io.forestage.cli;

/** How tokens are printed. */
enum TokenFormat {
    TABLE,
    IDS,
    JSON
}
