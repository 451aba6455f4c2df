package io.github.trawl.distributed;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;

/** Serialises a {@link ColumnPartial} with its values in bulk, after the other fields. */
final class ColumnPartialSerializer extends Serializer<ColumnPartial> {
  @Override
  public void write(Kryo kryo, Output output, ColumnPartial partial) {
    output.writeInt(partial.subtree().level());
    output.writeInt(partial.subtree().position());
    FloatArrays.write(output, partial.values());
  }

  @Override
  public ColumnPartial read(Kryo kryo, Input input, Class<ColumnPartial> type) {
    TreeSum.Subtree subtree = new TreeSum.Subtree(input.readInt(), input.readInt());
    return new ColumnPartial(subtree, FloatArrays.read(input));
  }
}
