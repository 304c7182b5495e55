package io.forestage.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * Marks tests of what a GPU changes; they run on {@link TestDevice} and are skipped without one.
 */
@Tag("gpu")
@EnabledIf(
        value = "io.forestage.testing.TestDevice#isAvailable",
        disabledReason = "DJL sees no GPU; -Dforestage.device=cpu rehearses on the CPU")
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface GpuTest {}
