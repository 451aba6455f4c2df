package io.github.trawl.distributed;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;

/**
 * Writes the values in bulk, without the Gram matrices, which a task that fetches a panel does not
 * need.
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
