package io.forestage.plot;

import io.forestage.weights.files.AtomicFile;
import java.awt.AWTError;
import java.awt.Color;
import java.awt.Dimension;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGeneratorContext;
import org.apache.batik.svggen.SVGGraphics2D;
import org.w3c.dom.Document;

/** A picture's file, PNG or SVG by its name's end. */
public final class PictureFile {

    private static final String SVG = "http://www.w3.org/2000/svg";

    private final Path file;
    private final boolean isSvg;

    /**
     * Names a file; nothing is written yet.
     *
     * @param file the file to write or replace
     * @throws IllegalArgumentException if its name ends with neither .png nor .svg
     */
    public PictureFile(Path file) {
        this.file = file;
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        isSvg = name.endsWith(".svg");
        if (!isSvg && !name.endsWith(".png")) {
            throw new IllegalArgumentException(
                    "%s: expected a file name that ends with .png or .svg; name the picture so"
                            .formatted(file));
        }
    }

    /**
     * Writes a picture, whole or not at all.
     *
     * @param picture the picture
     * @throws IOException if it cannot be drawn here, or the file cannot be written
     */
    public void write(Picture picture) throws IOException {
        byte[] bytes;
        try {
            bytes = isSvg ? svg(picture) : png(picture);
        } catch (AWTError | NoClassDefFoundError | InternalError | ExceptionInInitializerError e) {
            throw new IOException(
                    "%s: expected a Java that can draw, found %s; use a Java with java.desktop on a system with fonts"
                            .formatted(file, e),
                    e);
        }
        AtomicFile.write(file, channel -> channel.write(ByteBuffer.wrap(bytes)));
    }

    private static byte[] png(Picture picture) throws IOException {
        BufferedImage image =
                new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_INT_RGB);
        paint(picture, image.createGraphics());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "png", bytes);
        return bytes.toByteArray();
    }

    private static byte[] svg(Picture picture) throws IOException {
        SVGGeneratorContext context = SVGGeneratorContext.createDefault(document());
        context.setComment(null);
        SVGGraphics2D canvas = new SVGGraphics2D(context, false);
        canvas.setSVGCanvasSize(new Dimension(picture.width(), picture.height()));
        paint(picture, canvas);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (Writer out = new OutputStreamWriter(bytes, StandardCharsets.UTF_8)) {
            canvas.stream(out, true);
        }
        return bytes.toByteArray();
    }

    private static Document document() {
        try {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .getDOMImplementation()
                    .createDocument(SVG, "svg", null);
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void paint(Picture picture, Graphics2D canvas) {
        canvas.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        canvas.setRenderingHint(
                RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        canvas.setColor(Color.WHITE);
        canvas.fillRect(0, 0, picture.width(), picture.height());
        picture.paint(canvas);
        canvas.dispose();
    }
}
