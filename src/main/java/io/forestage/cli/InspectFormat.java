package io.forestage.cli;

/** How the content of weight files is printed. */
enum InspectFormat {
    TABLE,
    JSON
}
