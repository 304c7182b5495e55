package io.forestage.spark;

import java.io.IOException;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** A Hadoop file system that is no disk to Forestage; it counts the files that are opened. */
public final class Shelf extends RawLocalFileSystem {

    static final URI ROOT = URI.create("shelf:///");
    static final AtomicInteger OPENED = new AtomicInteger();

    @Override
    public URI getUri() {
        return ROOT;
    }

    @Override
    public FSDataInputStream open(Path file, int bufferSize) throws IOException {
        OPENED.incrementAndGet();
        return super.open(file, bufferSize);
    }
}
