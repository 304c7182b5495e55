package io.forestage;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.forestage.model.LoadOptions;
import io.forestage.model.ModelFolder;
import io.forestage.tokens.TextTokenizer;
import io.forestage.torch.TorchEngine;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Loads tables and tokenizer in parallel: in a new process each waits for its own native library.
 */
final class StageLoader {

    private final ModelFolder folder;
    private final LoadOptions options;
    private final @Nullable Device device;

    StageLoader(ModelFolder folder, LoadOptions options, @Nullable Device device) {
        this.folder = folder;
        this.options = options;
        this.device = device;
    }

    InputStage load() throws IOException {
        CompletableFuture<TextTokenizer> tokenizer = new CompletableFuture<>();
        Thread thread = new Thread(() -> loadTokenizer(tokenizer), "forestage-tokenizer");
        thread.setDaemon(true);
        thread.start();
        NDManager manager = null;
        try {
            manager = TorchEngine.get().newBaseManager(device);
            ModelFolder.LoadedBlock block = folder.loadBlock(manager, options);
            TextTokenizer loaded = null;
            IOException problem = null;
            try {
                loaded = result(tokenizer);
            } catch (IOException e) {
                if (!options.forIds()) {
                    throw e;
                }
                problem = e;
            }
            return new InputStage(manager, loaded, problem, folder, block);
        } catch (IOException | RuntimeException | Error e) {
            if (manager != null) {
                manager.close();
            }
            CompletableFuture<Void> unused = tokenizer.thenAccept(TextTokenizer::close);
            throw e;
        }
    }

    private void loadTokenizer(CompletableFuture<TextTokenizer> tokenizer) {
        try {
            tokenizer.complete(folder.loadTokenizer());
        } catch (IOException | RuntimeException | Error e) {
            tokenizer.completeExceptionally(e);
        }
    }

    private static TextTokenizer result(CompletableFuture<TextTokenizer> tokenizer)
            throws IOException {
        try {
            return tokenizer.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException problem) {
                throw problem;
            }
            if (e.getCause() instanceof Error problem) {
                throw problem;
            }
            throw e.getCause() instanceof IOException problem ? problem : new IOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the tokenizer was being loaded", e);
        }
    }
}
