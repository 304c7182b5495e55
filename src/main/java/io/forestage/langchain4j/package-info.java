/** The stage as an embedding model of LangChain4j, which the program that uses it brings. */
@NullMarked
package io.forestage.langchain4j;

import org.jspecify.annotations.NullMarked;
