package io.github.trawl.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.trawl.evaluation.model.DeviceChoice;
import io.github.trawl.evaluation.model.NumberChoice;
import io.github.trawl.evaluation.model.WeightMode;
import io.github.trawl.evaluation.task.FewShotOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sweep goes on where the digest of its task is the same. */
class ChatSessionTest {
  private static final String TEMPLATE = "{{ messages[-1].content }} {{ eos_token }}";

  @TempDir private Path folder;
  private Path model;
  private Path task;

  @BeforeEach
  void writeModel() throws IOException {
    model = SmallModels.write("llama", folder.resolve("model"));
    task = SmallModels.task(folder.resolve("task"), 5);
  }

  @Test
  void theDigestHoldsHowPromptsArePut() throws IOException {
    String before = digest(PromptFormat.PLAIN);
    Files.writeString(model.resolve("chat_template.jinja"), TEMPLATE);
    assertThat(digest(PromptFormat.PLAIN)).isEqualTo(before);
    String chat = digest(chat("default"));
    assertThat(chat).isNotEqualTo(before);
    Files.writeString(model.resolve("chat_template.jinja"), "w9 " + TEMPLATE);
    assertThat(digest(chat("default"))).isNotEqualTo(chat);
    // A template that nobody asks is no part of it.
    Files.createDirectory(model.resolve("additional_chat_templates"));
    Files.writeString(model.resolve("additional_chat_templates/same.jinja"), TEMPLATE);
    assertThat(digest(chat("same"))).isEqualTo(chat);
    assertThat(digest(new PromptFormat(false, Optional.empty(), Optional.of("w8 "), true)))
        .isNotEqualTo(before);
  }

  private static PromptFormat chat(String name) {
    return new PromptFormat(true, Optional.of(name), Optional.empty(), true);
  }

  @Test
  void examplesInAChatArePartOfIt() throws IOException {
    Files.writeString(
        model.resolve("chat_template.jinja"),
        "{% for m in messages %}{{ m.role[0] ~ ' ' ~ m.content }} {% endfor %}");
    Files.writeString(task, Files.readString(task) + "fewshot_split: test\n");
    FewShotOptions two = new FewShotOptions(Optional.of(2), FewShotOptions.DEFAULT_SEED);
    String turns = digest(chat("default"), two);
    String oneMessage =
        digest(new PromptFormat(true, Optional.of("default"), Optional.empty(), false), two);
    assertThat(List.of(turns, oneMessage, digest(chat("default")), digest(PromptFormat.PLAIN, two)))
        .doesNotHaveDuplicates();
  }

  private String digest(PromptFormat prompts) {
    return digest(prompts, FewShotOptions.TASK_DEFAULTS);
  }

  private String digest(PromptFormat prompts, FewShotOptions fewShot) {
    EvaluationRequest request =
        new EvaluationRequest(
            new org.apache.hadoop.fs.Path(model.toUri()),
            Optional.empty(),
            List.of(task.toString()),
            Optional.empty(),
            Optional.empty(),
            fewShot,
            Optional.empty(),
            Optional.empty(),
            List.of(),
            4,
            DeviceChoice.CPU,
            NumberChoice.FLOAT32,
            WeightMode.AUTO,
            1L << 30,
            prompts);
    try (EvaluationSession session = EvaluationSession.prepare(request, new Configuration())) {
      return session.tasks().get(0).digest();
    }
  }
}
