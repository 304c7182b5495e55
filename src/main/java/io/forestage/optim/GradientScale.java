package io.forestage.optim;

/**
 * What is done to a gradient before it is used.
 *
 * @param factor each value is multiplied by it
 * @param bound then each value is clipped to −bound … bound
 */
record GradientScale(float factor, float bound) {

    boolean isIdentity() {
        return factor == 1f && bound == Float.POSITIVE_INFINITY;
    }
}
