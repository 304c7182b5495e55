package io.forestage.plot;

import java.awt.Graphics2D;

/** A picture of a fixed size that can be drawn on any canvas. */
public interface Picture {

    /** The usual width. */
    int WIDTH = 900;

    /** The usual height. */
    int HEIGHT = 600;

    /** Returns the width in pixels. */
    default int width() {
        return WIDTH;
    }

    /** Returns the height in pixels. */
    default int height() {
        return HEIGHT;
    }

    /**
     * Draws the picture, on a white canvas of its size.
     *
     * @param canvas what to draw on
     */
    void paint(Graphics2D canvas);

    /**
     * Returns a picture with another one on its right.
     *
     * @param right the other picture
     * @return both, as high as the higher one
     */
    default Picture beside(Picture right) {
        Picture left = this;
        return new Picture() {
            @Override
            public int width() {
                return left.width() + right.width();
            }

            @Override
            public int height() {
                return Math.max(left.height(), right.height());
            }

            @Override
            public void paint(Graphics2D canvas) {
                left.paint(canvas);
                Graphics2D beside = (Graphics2D) canvas.create();
                beside.translate(left.width(), 0);
                right.paint(beside);
                beside.dispose();
            }
        };
    }
}
