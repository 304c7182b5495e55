package io.forestage.cli;

import io.forestage.hub.DownloadListener;
import io.forestage.hub.HubDownload;
import io.forestage.hub.HubModel;
import io.forestage.hub.HubSettings;
import io.forestage.model.ImportOptions;
import io.forestage.model.ImportReport;
import io.forestage.model.ModelImport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

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
        Path local = local();
        return local == null
                ? fromHub(hubModel(), target, options)
                : new ModelImport(local, target).run(options);
    }

    private ImportReport fromHub(HubModel model, Path target, ImportOptions options)
            throws IOException {
        // Checked before the download, so that an error about the target comes at once.
        ModelImport.requireTarget(target, options);
        try (HubDownload download =
                HubDownload.open(model, settings(), ModelImport.workFolder(target, "download"))) {
            Path folder = download.run(progress);
            ImportReport report =
                    new ModelImport(folder, target)
                            .run(options.withSourceName(download.fetched().toString()));
            download.delete();
            return report;
        }
    }

    private HubSettings settings() throws IOException {
        try {
            HubSettings settings = HubSettings.of(environment);
            settings.warning().ifPresent(warnings);
            return settings;
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private @Nullable Path local() throws IOException {
        try {
            Path path = Path.of(name);
            return Files.exists(path) ? path : null;
        } catch (InvalidPathException e) {
            throw new IOException(name + ": not a valid path", e);
        }
    }

    private HubModel hubModel() throws IOException {
        try {
            if (!isLikelyPath()) {
                return HubModel.parse(name);
            }
        } catch (IllegalArgumentException e) {
            throw new IOException("no such file or folder; %s".formatted(e.getMessage()), e);
        }
        throw new IOException(name + ": no such file or folder");
    }

    /** A misspelt path must not be sent to the hub as a model name. */
    private boolean isLikelyPath() {
        Path path = Path.of(name);
        return path.isAbsolute()
                || name.startsWith(".")
                || path.getNameCount() > 2
                || (path.getNameCount() == 2 && Files.exists(path.getName(0)))
                || name.matches(
                        ".*\\.(safetensors|bin|pt|pth|ckpt|pkl|h5|msgpack|gguf|index|npz|npy|json)");
    }
}
