package io.forestage.model;

import io.forestage.weights.Gpt2Table;
import io.forestage.weights.StoredType;
import io.forestage.weights.checkpoint.Checkpoint;
import io.forestage.weights.checkpoint.LocatedTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * SHA-256 over a table's values as little-endian float32, in C order: the same in whatever format
 * and order the table is stored.
 */
final class TableChecksums {

    private TableChecksums() {}

    /** The checksum of each table of a folder or weight file, in hexadecimal, by its name. */
    static SortedMap<String, String> of(Path place) throws IOException {
        SortedMap<String, String> checksums = new TreeMap<>();
        try (Checkpoint checkpoint = Checkpoint.open(place)) {
            for (Gpt2Table table : Gpt2Table.values()) {
                Optional<LocatedTensor> located = checkpoint.find(table);
                if (located.isPresent()) {
                    checksums.put(table.tensorName(), of(located.get()));
                }
            }
        }
        return checksums;
    }

    /** Those of tables in open files, of wte only its first rows. */
    static SortedMap<String, String> of(Gpt2Tables tables, long rows) throws IOException {
        SortedMap<String, String> checksums = new TreeMap<>();
        checksums.put(Gpt2Table.WTE.tensorName(), of(tables.wte(), rows));
        LocatedTensor wpe = tables.wpe();
        if (wpe != null) {
            checksums.put(Gpt2Table.WPE.tensorName(), of(wpe));
        }
        return checksums;
    }

    private static String of(LocatedTensor table) throws IOException {
        return of(table, table.entry().shape().get(0));
    }

    private static String of(LocatedTensor table, long rows) throws IOException {
        DigestChannel digest = new DigestChannel();
        long bytes = rows * table.entry().shape().get(1) * Float.BYTES;
        table.file().transferTo(table.entry(), StoredType.FLOAT32, new FirstBytes(digest, bytes));
        return digest.hex();
    }

    private static final class DigestChannel implements WritableByteChannel {

        private final MessageDigest digest;

        DigestChannel() {
            try {
                digest = MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has SHA-256", e);
            }
        }

        String hex() {
            return HexFormat.of().formatHex(digest.digest());
        }

        @Override
        public int write(ByteBuffer bytes) {
            int count = bytes.remaining();
            digest.update(bytes);
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
