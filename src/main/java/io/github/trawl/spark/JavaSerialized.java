package io.github.trawl.spark;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;

/**
 * Wraps a value that travels between processes by Java's own serialisation, whatever Spark's
 * serializer: Kryo is told how to serialise this class, and can't serialise records by itself.
 */
@DefaultSerializer(JavaSerializer.class)
public record JavaSerialized<T extends Serializable>(T value) implements Serializable {}
