package io.forestage.cli;

import io.forestage.hub.DownloadListener;
import io.forestage.hub.HubModel;
import io.forestage.hub.cache.HubImport;
import io.forestage.hub.cache.HubOptions;
import io.forestage.hub.cache.NamedModel;
import io.forestage.model.ImportOptions;
import io.forestage.model.ImportReport;
import io.forestage.model.ModelImport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The SOURCE of an import: a file or folder, or, if there is none, a model on the hub. */
record ImportSource(
        String name,
        Map<String, String> environment,
        DownloadListener progress,
        Consumer<String> warnings) {

    ImportReport importInto(Path target, ImportOptions options) throws IOException {
        if (name.isBlank()) {
            throw new IOException(
                    "SOURCE: expected a file, a folder or a model's name, found none; name one");
        }
        NamedModel model = new NamedModel(name);
        Optional<Path> local = model.local();
        return local.isPresent()
                ? new ModelImport(local.get(), target).run(options)
                : fromHub(model.onHub(), target, options);
    }

    private ImportReport fromHub(HubModel model, Path target, ImportOptions options)
            throws IOException {
        HubOptions hub = HubOptions.of(environment).withListener(progress);
        hub.settings().warning().ifPresent(warnings);
        return new HubImport(model, hub).into(target, options);
    }
}
