package io.forestage.weights.zip;

import io.forestage.weights.FileBytes;
import io.forestage.weights.WeightFileException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Reads a zip's directory and holds it against the entries' own headers. */
final class CentralDirectory {

    private final FileBytes file;
    private final DirectoryEnd end;

    private CentralDirectory(FileBytes file, DirectoryEnd end) {
        this.file = file;
        this.end = end;
    }

    static List<ZipEntry> read(FileBytes file) throws WeightFileException {
        return new CentralDirectory(file, DirectoryEnd.find(file)).entries();
    }

    private List<ZipEntry> entries() throws WeightFileException {
        List<DirectoryRecord> records = records();
        // By their place, so that the headers are read forward and neighbours can be compared.
        records.sort(Comparator.comparingLong(DirectoryRecord::headerAt));
        List<ZipEntry> entries = new ArrayList<>(records.size());
        long free = 0;
        for (DirectoryRecord record : records) {
            if (record.headerAt() < free) {
                throw file.problem(
                        record.name(),
                        "each entry in a place of its own",
                        "a header at byte %d, within the entry before".formatted(record.headerAt()),
                        FileBytes.DAMAGED);
            }
            long dataOffset = LocalHeader.dataOffset(file, record, end.start());
            free = dataOffset + record.packedSize();
            entries.add(
                    new ZipEntry(
                            record.name(),
                            record.isDeflated(),
                            record.crc(),
                            record.packedSize(),
                            record.size(),
                            dataOffset));
        }
        return entries;
    }

    private List<DirectoryRecord> records() throws WeightFileException {
        Fields directory = Fields.read(file, end.start(), end.size());
        List<DirectoryRecord> records = new ArrayList<>();
        int at = 0;
        while (at < end.size() && records.size() < end.entries()) {
            DirectoryRecord record = DirectoryRecord.read(file, directory, at);
            records.add(record);
            at += record.length();
        }
        if (at != end.size() || records.size() != end.entries()) {
            throw file.problem(
                    null,
                    "%d entries in the %d bytes of the zip directory"
                            .formatted(end.entries(), end.size()),
                    "%d in %d bytes".formatted(records.size(), at),
                    FileBytes.DAMAGED);
        }
        return records;
    }
}
