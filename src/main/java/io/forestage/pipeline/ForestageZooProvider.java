package io.forestage.pipeline;

import ai.djl.repository.zoo.ModelZoo;
import ai.djl.repository.zoo.ZooProvider;
import io.forestage.support.Quoted;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the model folders of one folder into DJL's model zoo, under the group {@value #GROUP_ID} and
 * their own names. The folder is named by the system property {@value #PROPERTY} or the environment
 * variable {@value #VARIABLE}; without either, the zoo is empty.
 *
 * <p>DJL finds this class by itself among its services, when it first touches a zoo; a folder that
 * cannot be read is told in the log and leaves the zoo empty, as an error would take all of DJL's
 * other zoos along.
 */
public final class ForestageZooProvider implements ZooProvider {

    /** The group of the models in the zoo. */
    public static final String GROUP_ID = "io.forestage";

    /** The system property that names the folder. */
    public static final String PROPERTY = "forestage.zoo";

    /** The environment variable that names the folder. */
    public static final String VARIABLE = "FORESTAGE_ZOO";

    private static final Logger LOGGER = LoggerFactory.getLogger(ForestageZooProvider.class);

    /** Makes the provider. */
    public ForestageZooProvider() {}

    @Override
    public String getName() {
        return GROUP_ID;
    }

    @Override
    public ModelZoo getModelZoo() {
        FolderZoo zoo = new FolderZoo();
        String place = System.getProperty(PROPERTY, System.getenv(VARIABLE));
        if (place != null && !place.isBlank()) {
            try {
                zoo.addAll(Path.of(place));
            } catch (InvalidPathException e) {
                LOGGER.warn(
                        "{} {}: expected a folder of model folders, found no path; the zoo is"
                                + " empty: {}",
                        PROPERTY,
                        Quoted.of(place),
                        Quoted.line(e.toString()));
            }
        }
        return zoo;
    }
}
