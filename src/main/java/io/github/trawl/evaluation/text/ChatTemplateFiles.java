package io.github.trawl.evaluation.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.Problems;
import io.github.trawl.checkpoint.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The chat templates of a model, read from where transformers reads them: {@code
 * chat_template.jinja} and the folder {@code additional_chat_templates}. Without such files, the
 * key {@code chat_template} of {@code tokenizer_config.json}: a template, or a list of named ones.
 */
public final class ChatTemplateFiles {
  private static final String SINGLE = "chat_template.jinja";
  private static final String FOLDER = "additional_chat_templates";
  private static final String ENDING = ".jinja";
  private static final String SETTINGS = "tokenizer_config.json";
  private static final String KEY = "chat_template";
  private static final String DEFAULT = "default";

  /** The most bytes of a template that is read; published ones have some ten thousand. */
  private static final int MAX_BYTES = 1 << 20;

  private final Path model;
  private final Map<String, String> templates = new TreeMap<>();

  private ChatTemplateFiles(Path model) {
    this.model = model;
  }

  /**
   * Reads all templates of a model.
   *
   * @param files the files of the same model
   * @param model the model's directory
   * @throws TrawlException if a template can't be read
   */
  public static ChatTemplateFiles read(TokenizerFiles files, Path model, Configuration hadoop) {
    ChatTemplateFiles found = new ChatTemplateFiles(model);
    try {
      found.readFiles(Storage.open(model, hadoop));
    } catch (IOException e) {
      throw new TrawlException(
          ErrorCategory.SYSTEM,
          model + ": its chat template can't be read (" + Problems.oneLine(e) + "); try again",
          e);
    }
    if (found.templates.isEmpty()) {
      files.json(SETTINGS).ifPresent(settings -> found.readSettings(settings.path(KEY)));
    }
    return found;
  }

  /**
   * Returns the source of a template.
   *
   * @param name the template's name; empty for {@code default}, the name of a single template
   * @throws TrawlException of category USAGE if there is no such template
   */
  public String find(Optional<String> name) {
    if (templates.isEmpty()) {
      throw wrong(
          "the model has no chat template, neither "
              + SINGLE
              + " nor "
              + KEY
              + " in "
              + SETTINGS
              + "; leave the option out, or add the template");
    }
    String template = templates.get(name.orElse(DEFAULT));
    if (template == null) {
      throw wrong(
          "the model has no chat template named "
              + name.orElse(DEFAULT)
              + "; name one of "
              + String.join(", ", templates.keySet()));
    }
    return template;
  }

  private TrawlException wrong(String what) {
    return new TrawlException(ErrorCategory.USAGE, "--apply-chat-template, " + model + ": " + what);
  }

  private void readFiles(FileSystem fileSystem) throws IOException {
    read(fileSystem, new Path(model, SINGLE)).ifPresent(text -> templates.put(DEFAULT, text));
    FileStatus[] more;
    try {
      more = fileSystem.listStatus(new Path(model, FOLDER));
    } catch (FileNotFoundException e) {
      return;
    }
    for (FileStatus file : more) {
      String name = file.getPath().getName();
      if (name.endsWith(ENDING)) {
        read(fileSystem, file.getPath())
            .ifPresent(
                text -> templates.put(name.substring(0, name.length() - ENDING.length()), text));
      }
    }
  }

  private void readSettings(JsonNode setting) {
    if (setting.isTextual()) {
      templates.put(DEFAULT, setting.textValue());
    }
    if (setting.isArray()) {
      setting.forEach(
          each -> templates.put(each.path("name").asText(), each.path("template").asText()));
    }
  }

  private static Optional<String> read(FileSystem fileSystem, Path file) throws IOException {
    try (InputStream stream = fileSystem.open(file)) {
      byte[] bytes = stream.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new TrawlException(
            ErrorCategory.BAD_INPUT,
            file + ": is larger than 1 MiB; check that it is a chat template");
      }
      return Optional.of(new String(bytes, StandardCharsets.UTF_8));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }
}
