package io.forestage.spark.skipgram;

import io.forestage.training.skipgram.SkipGramPlan;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * A plan in a broadcast: an executor makes it once. It is in bytes, since Kryo, if a user sets it
 * as Spark's serializer, writes neither records nor what Java's makes anew.
 */
final class SharedPlan implements Serializable {

    private static final long serialVersionUID = 1;

    private final byte[] bytes;
    private transient @Nullable SkipGramPlan plan;

    SharedPlan(SkipGramPlan plan) {
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(written)) {
            out.writeObject(plan);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        bytes = written.toByteArray();
    }

    synchronized SkipGramPlan plan() {
        SkipGramPlan made = plan;
        if (made == null) {
            try (ObjectInputStream in =
                    new ObjectInputStream(new ByteArrayInputStream(bytes)) {
                        @Override
                        protected Class<?> resolveClass(java.io.ObjectStreamClass of)
                                throws IOException, ClassNotFoundException {
                            // Forestage's jar may be known to Spark's loader alone.
                            return Class.forName(
                                    of.getName(), false, SharedPlan.class.getClassLoader());
                        }
                    }) {
                made = (SkipGramPlan) in.readObject();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (ClassNotFoundException e) {
                throw new IllegalStateException(e);
            }
            plan = made;
        }
        return made;
    }
}
