/**
 * The stage as an embedding model of Spring AI, configured by Spring Boot; the program that uses it
 * brings both.
 */
@NullMarked
package io.forestage.spring;

import org.jspecify.annotations.NullMarked;
