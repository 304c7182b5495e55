package io.forestage.weights;

import io.forestage.support.FailureReason;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/** What tells one file from another that takes its place under the same path. */
record FileStamp(@Nullable Object fileKey, long size, FileTime modified) {

    private static final String EXPECTED = "a weight file";

    /** Stamps a regular file and refuses everything else, pipes too: opening one may never end. */
    static FileStamp of(Path path) throws WeightFileException {
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(path, BasicFileAttributes.class);
        } catch (IOException failure) {
            throw unreadable(path, failure);
        }
        if (attributes.isDirectory()) {
            throw new WeightFileException(
                    path, null, EXPECTED, "a folder", "name the file inside it");
        }
        if (!attributes.isRegularFile()) {
            throw new WeightFileException(
                    path, null, EXPECTED, "a device or pipe", "copy its content to a file first");
        }
        return new FileStamp(
                attributes.fileKey(), attributes.size(), attributes.lastModifiedTime());
    }

    static WeightFileException unreadable(Path path, IOException failure) {
        if (failure instanceof NoSuchFileException) {
            return new WeightFileException(
                    path, null, EXPECTED, "no file of that name", "check the path", failure);
        }
        if (failure instanceof AccessDeniedException) {
            return new WeightFileException(
                    path,
                    null,
                    EXPECTED + " that may be read",
                    "no permission to read it",
                    "change its permissions",
                    failure);
        }
        return new WeightFileException(
                path,
                null,
                EXPECTED + " that can be read",
                FailureReason.of(failure),
                "check the path and the disk",
                failure);
    }
}
