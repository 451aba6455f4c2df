package io.github.trawl.yaml;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/** Reads YAML 1.1, and so JSON, into maps, lists and scalars. */
public final class SafeYaml {
  private static final int MAX_BYTES = 1 << 20;

  private SafeYaml() {}

  /**
   * Returns the document of a stream; null if it is empty.
   *
   * @throws InvalidYamlException if the document is larger than 1 MiB, not UTF-8, not YAML, names a
   *     type that is not YAML's own, repeats a key, is nested deeper than 10 levels, has more than
   *     10 aliases of maps and lists, or contains itself through an alias
   */
  public static Object read(InputStream stream) throws IOException, InvalidYamlException {
    return read(stream, new Resolver());
  }

  /** As {@link #read(InputStream)}, but returns every scalar as the text in the document. */
  static Object readTexts(InputStream stream) throws IOException, InvalidYamlException {
    return read(stream, new TextsOnly());
  }

  private static Object read(InputStream stream, Resolver resolver)
      throws IOException, InvalidYamlException {
    byte[] bytes = stream.readNBytes(MAX_BYTES + 1);
    if (bytes.length > MAX_BYTES) {
      throw new InvalidYamlException("is larger than 1 MiB", null);
    }
    try {
      Object root =
          yaml(resolver)
              .load(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
      refuseCycles(root, Collections.newSetFromMap(new IdentityHashMap<>()));
      return root;
    } catch (CharacterCodingException e) {
      throw new InvalidYamlException("is not UTF-8", e);
    } catch (MarkedYAMLException e) {
      String line = e.getProblemMark() == null ? "?" : "" + (e.getProblemMark().getLine() + 1);
      throw new InvalidYamlException("line " + line + ": " + firstLine(e.getProblem()), e);
    } catch (YAMLException e) {
      throw new InvalidYamlException(firstLine(e.getMessage()), e);
    }
  }

  /**
   * Refuses a value that contains itself, as an alias can make it: walking through it never ends.
   *
   * @param ancestors the maps and lists that contain {@code value}
   */
  private static void refuseCycles(Object value, Set<Object> ancestors)
      throws InvalidYamlException {
    Collection<?> inner =
        value instanceof Map<?, ?> map
            ? map.values()
            : value instanceof Collection<?> list ? list : List.of();
    if (!inner.isEmpty() && !ancestors.add(value)) {
      throw new InvalidYamlException("holds an alias of a value that contains it", null);
    }
    for (Object element : inner) {
      refuseCycles(element, ancestors);
    }
    ancestors.remove(value);
  }

  private static Yaml yaml(Resolver resolver) {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    options.setMaxAliasesForCollections(10);
    options.setNestingDepthLimit(10);
    DumperOptions unused = new DumperOptions();
    return new Yaml(
        new SafeConstructor(options), new Representer(unused), unused, options, resolver);
  }

  private static final class TextsOnly extends Resolver {
    @Override
    protected void addImplicitResolvers() {}
  }

  private static String firstLine(String message) {
    return String.valueOf(message).lines().findFirst().orElse("");
  }
}
