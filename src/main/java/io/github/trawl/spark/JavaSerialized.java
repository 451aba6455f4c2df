package io.github.trawl.spark;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;

/**
 * Wraps a value so that it is sent between processes by Java's own serialisation, whatever Spark's
 * serializer is. The annotation makes Kryo, which can't serialise records by itself, use Java's
 * serialisation for this class.
 */
@DefaultSerializer(JavaSerializer.class)
public record JavaSerialized<T extends Serializable>(T value) implements Serializable {}
