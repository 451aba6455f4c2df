package io.github.trawl.sweep.ledger;

import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;

/** The columns of a pack, all of which are text. */
final class PackFormat {
  static final String KEY = "key";
  static final String KIND = "kind";
  static final String CONTENT = "content";
  static final String DIGEST = "sha256";

  /** A row for each unit, sorted by key. */
  static final MessageType ROWS = columns(KEY, KIND, CONTENT, DIGEST);

  /** The columns that the index of a ledger needs. */
  static final MessageType INDEX = columns(KEY, KIND);

  private PackFormat() {}

  private static MessageType columns(String... names) {
    Types.MessageTypeBuilder message = Types.buildMessage();
    for (String name : names) {
      message.required(PrimitiveTypeName.BINARY).as(LogicalTypeAnnotation.stringType()).named(name);
    }
    return message.named("unit");
  }
}
