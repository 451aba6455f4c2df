package io.github.trawl.yaml;

import java.util.regex.Pattern;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;

/** Writes YAML from which readers of YAML 1.1 and 1.2 get the same values. */
public final class YamlText {
  /**
   * Texts that are written without quotes: since they begin with a letter or an underscore, YAML
   * 1.2 can't take them for numbers such as {@code 1e3} or {@code 0o17}. SnakeYAML itself quotes
   * words that YAML 1.1 takes for another type, such as {@code yes}.
   */
  private static final Pattern PLAIN =
      Pattern.compile("[A-Za-z_]([A-Za-z0-9_ ./+-]*[A-Za-z0-9_])?");

  private YamlText() {}

  /**
   * Returns {@code content} as a document in block style.
   *
   * @param content maps, lists, texts, numbers and booleans; maps keep their order, and texts may
   *     hold any characters
   */
  public static String of(Object content) {
    DumperOptions options = new DumperOptions();
    options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
    options.setSplitLines(false);
    options.setNonPrintableStyle(DumperOptions.NonPrintableStyle.ESCAPE);
    return new Yaml(new Quoting(options), options).dump(content);
  }

  private static final class Quoting extends Representer {
    Quoting(DumperOptions options) {
      super(options);
    }

    @Override
    protected Node representScalar(Tag tag, String value, DumperOptions.ScalarStyle style) {
      boolean quoted = tag.equals(Tag.STR) && !PLAIN.matcher(value).matches();
      return super.representScalar(
          tag, value, quoted ? DumperOptions.ScalarStyle.DOUBLE_QUOTED : style);
    }
  }
}
