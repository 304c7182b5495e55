package io.forestage.pipeline;

import ai.djl.inference.Predictor;
import ai.djl.modality.Input;
import ai.djl.modality.Output;
import ai.djl.repository.zoo.ZooModel;
import java.nio.file.Path;

/**
 * A server's process that knows DJL and not Forestage: started with these two classes and DJL's
 * jars, it makes a server's calls for a folder and prints the answer.
 */
final class ServerProcess {

    private ServerProcess() {}

    public static void main(String[] args) throws Exception {
        Input input = new Input();
        input.addProperty("Content-Type", "application/json");
        input.add("data", "{\"inputs\": \"Hello world\"}");
        try (ZooModel<Input, Output> model = ServerCalls.load(Path.of(args[0]), 8);
                Predictor<Input, Output> predictor = model.newPredictor()) {
            Output output = predictor.predict(input);
            System.out.println(output.getCode() + " " + output.getData().getAsString());
        }
    }
}
