package io.github.trawl.distributed;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;

/**
 * Serialises a panel with its values in bulk and without the Gram matrices, which the receiver
 * computes again if it needs them.
 */
final class ColumnPanelSerializer extends Serializer<ColumnPanel> {
  @Override
  public void write(Kryo kryo, Output output, ColumnPanel panel) {
    output.writeInt(panel.index());
    FloatArrays.write(output, panel.rows());
  }

  @Override
  public ColumnPanel read(Kryo kryo, Input input, Class<ColumnPanel> type) {
    int index = input.readInt();
    return new ColumnPanel(index, FloatArrays.read(input), null);
  }
}
