package io.github.trawl.spark;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.IdentityHashMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Serialises the elements of an {@link ElementRdd}, each by itself. Hadoop settings, which many
 * elements refer to and which are larger than the rest of an element, are broadcast once rather
 * than serialised with each element.
 */
final class ElementBytes implements AutoCloseable {
  private final JavaSparkContext spark;
  private final IdentityHashMap<SerializableConfiguration, Shared> shared = new IdentityHashMap<>();

  ElementBytes(JavaSparkContext spark) {
    this.spark = spark;
  }

  /**
   * Takes the place of the settings in the bytes of an element; deserialising the element puts the
   * settings back.
   */
  private record Shared(Broadcast<SerializableConfiguration> settings) implements Serializable {
    private Object readResolve() {
      return settings.value();
    }
  }

  /**
   * The bytes of an element, for Java's own deserialisation.
   *
   * @throws UncheckedIOException if it is not serialisable
   */
  byte[] of(Object element) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream stream = new Sharing(bytes)) {
      stream.writeObject(element);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private final class Sharing extends ObjectOutputStream {
    Sharing(ByteArrayOutputStream bytes) throws IOException {
      super(bytes);
      enableReplaceObject(true);
    }

    @Override
    protected Object replaceObject(Object value) {
      return value instanceof SerializableConfiguration settings
          ? shared.computeIfAbsent(settings, key -> new Shared(spark.broadcast(key)))
          : value;
    }
  }

  /** Frees the broadcast settings; no task may read an element after this. */
  @Override
  public void close() {
    shared
        .values()
        .forEach(one -> CleanUp.run("free the broadcast Hadoop settings", one.settings()::destroy));
  }
}
