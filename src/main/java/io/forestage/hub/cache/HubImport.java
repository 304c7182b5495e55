package io.forestage.hub.cache;

import io.forestage.hub.HubDownload;
import io.forestage.hub.HubModel;
import io.forestage.model.ImportOptions;
import io.forestage.model.ImportReport;
import io.forestage.model.ModelImport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Function;

/** Fetches a model from the hub, its tables or the whole of it, and writes a model folder. */
public final class HubImport {

    private final HubModel model;
    private final HubOptions hub;

    /**
     * Prepares an import; no request is sent yet.
     *
     * @param model the model
     * @param hub how to reach the hub
     */
    public HubImport(HubModel model, HubOptions hub) {
        this.model = model;
        this.hub = hub;
    }

    /**
     * Fetches and imports.
     *
     * @param target the model folder to write
     * @param options how to import; only for a whole import the blocks are fetched too
     * @return what was imported
     * @throws IOException if the hub does not deliver a file, or the import refuses it or the
     *     target
     */
    public ImportReport into(Path target, ImportOptions options) throws IOException {
        // Checked before the download, so that an error about the target comes at once.
        ModelImport.requireTarget(target, options);
        return into(fetched -> target, ModelImport.workFolder(target, "download"), options);
    }

    /**
     * Imports into a folder whose name follows from the model that the hub has sent.
     *
     * @param target of the model at its commit
     * @param work the folder for the download
     */
    ImportReport into(Function<HubModel, Path> target, Path work, ImportOptions options)
            throws IOException {
        try (HubDownload download =
                options.whole()
                        ? HubDownload.openWhole(model, hub.settings(), work)
                        : HubDownload.open(model, hub.settings(), work)) {
            Path folder = download.run(hub.listener());
            HubModel fetched = download.fetched();
            ImportReport report =
                    new ModelImport(folder, target.apply(fetched))
                            .run(options.withSourceName(fetched.toString()));
            download.delete();
            return report;
        }
    }
}
