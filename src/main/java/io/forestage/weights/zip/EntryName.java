package io.forestage.weights.zip;

import io.forestage.support.Quoted;
import io.forestage.weights.ByteSource;
import io.forestage.weights.FileBytes;
import io.forestage.weights.WeightFileException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Which names an entry may have: those that stay the same, and in place, on every system. */
final class EntryName {

    /** More than any weight file's entry has, and what file systems take. */
    private static final int LONGEST = 1024;

    private EntryName() {}

    static String read(ByteSource file, Fields bytes) throws WeightFileException {
        String name;
        try {
            name = StandardCharsets.UTF_8.newDecoder().decode(bytes.bytes()).toString();
        } catch (CharacterCodingException otherEncoding) {
            throw file.problem(
                    null,
                    "names of entries in UTF-8",
                    "one in another encoding",
                    "write the zip again with a program that uses UTF-8");
        }
        if (leadsAstray(name)) {
            throw file.problem(
                    null,
                    "names of entries that are relative paths with '/' between their parts",
                    Quoted.of(name),
                    FileBytes.DAMAGED);
        }
        return name;
    }

    /** Whether a name leads out of the folder that the zip would be unpacked in, or nowhere. */
    static boolean leadsAstray(String name) {
        return name.isEmpty()
                || name.length() > LONGEST
                || name.startsWith("/")
                || name.indexOf('\\') >= 0
                || name.indexOf('\0') >= 0
                || Arrays.asList(name.split("/", -1)).contains("..");
    }
}
