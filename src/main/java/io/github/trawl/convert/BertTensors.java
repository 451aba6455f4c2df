package io.github.trawl.convert;

import io.github.trawl.TrawlException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds, in a bundle of Google's TensorFlow code, every tensor of transformers' {@code
 * BertForMaskedLM}. Neither format stores the matrix of the decoder, which is tied to the word
 * embeddings.
 */
final class BertTensors {
  /** Limits the memory in which kernels are transposed; the largest of BERT-large have 16 MiB. */
  private static final long MOST_KERNEL_BYTES = 64L << 20;

  private final Bundle bundle;
  private final BertSizes sizes;
  private final List<BertTensor> tensors = new ArrayList<>();
  private final List<String> missing = new ArrayList<>();
  private final Set<String> unused;

  private BertTensors(Bundle bundle, BertSizes sizes) {
    this.bundle = bundle;
    this.sizes = sizes;
    this.unused = new TreeSet<>(bundle.variables().keySet());
  }

  /**
   * The variables of a bundle, divided into those that are imported and the others.
   *
   * @param tensors the tensors of the checkpoint
   * @param leftOut the names of the variables that it does not have, such as the pooler's
   */
  record Mapping(List<BertTensor> tensors, List<String> leftOut) {}

  /**
   * Maps the variables of {@code bundle}.
   *
   * @throws TrawlException BAD_INPUT if one is missing, partitioned, not float32, too large for a
   *     BERT, or has another shape or length than {@code sizes} imply
   */
  static Mapping map(Bundle bundle, BertSizes sizes) {
    BertTensors tensors = new BertTensors(bundle, sizes);
    tensors.addAll();
    if (!tensors.missing.isEmpty()) {
      throw missing(bundle, tensors.missing);
    }
    return new Mapping(List.copyOf(tensors.tensors), List.copyOf(tensors.unused));
  }

  /** The error for a bundle that lacks the variables {@code names}. */
  static TrawlException missing(Bundle bundle, List<String> names) {
    String others = names.size() == 1 ? "" : " and " + (names.size() - 1) + " more";
    String remedy =
        names.get(0).contains("cls/predictions/")
            ? "it was saved without the masked-LM head, take one saved with it"
            : "only a complete BERT can be imported";
    return BadInput.of(
        bundle.indexName() + ": the variable " + names.get(0) + others + " is missing; " + remedy);
  }

  private void addAll() {
    long hidden = sizes.hidden();
    embedding("word_embeddings", sizes.vocabulary());
    embedding("position_embeddings", sizes.positions());
    embedding("token_type_embeddings", sizes.segments());
    norm("bert/embeddings/LayerNorm", "bert.embeddings.LayerNorm");
    for (int layer = 0; layer < sizes.layers(); layer++) {
      String from = "bert/encoder/layer_" + layer + "/";
      String to = "bert.encoder.layer." + layer + ".";
      for (String projection : List.of("query", "key", "value")) {
        dense(from + "attention/self/" + projection, to + "attention.self." + projection, hidden);
      }
      dense(from + "attention/output/dense", to + "attention.output.dense", hidden);
      norm(from + "attention/output/LayerNorm", to + "attention.output.LayerNorm");
      dense(from + "intermediate/dense", to + "intermediate.dense", hidden, sizes.intermediate());
      dense(from + "output/dense", to + "output.dense", sizes.intermediate(), hidden);
      norm(from + "output/LayerNorm", to + "output.LayerNorm");
    }
    dense("cls/predictions/transform/dense", "cls.predictions.transform.dense", hidden);
    norm("cls/predictions/transform/LayerNorm", "cls.predictions.transform.LayerNorm");
    add("cls/predictions/output_bias", "cls.predictions.bias", List.of(sizes.vocabulary()), false);
  }

  private void embedding(String name, long rows) {
    List<Long> shape = List.of(rows, sizes.hidden());
    add("bert/embeddings/" + name, "bert.embeddings." + name + ".weight", shape, false);
  }

  private void norm(String from, String to) {
    add(from + "/beta", to + ".bias", List.of(sizes.hidden()), false);
    add(from + "/gamma", to + ".weight", List.of(sizes.hidden()), false);
  }

  private void dense(String from, String to, long size) {
    dense(from, to, size, size);
  }

  private void dense(String from, String to, long inputs, long outputs) {
    add(from + "/bias", to + ".bias", List.of(outputs), false);
    add(from + "/kernel", to + ".weight", List.of(outputs, inputs), true);
  }

  /** Adds the tensor {@code to} of this shape; a transposed variable has the reversed shape. */
  private void add(String from, String to, List<Long> shape, boolean transposed) {
    String name = sizes.prefix() + from;
    Variable variable = bundle.variables().get(name);
    if (variable == null) {
      missing.add(name);
      return;
    }
    unused.remove(name);
    check(variable, transposed ? List.of(shape.get(1), shape.get(0)) : shape);
    if (transposed && variable.length() > MOST_KERNEL_BYTES) {
      throw BadInput.of(
          bundle.indexName()
              + ": "
              + name
              + " has "
              + variable.length()
              + " bytes; no kernel of a BERT has more than "
              + MOST_KERNEL_BYTES);
    }
    tensors.add(new BertTensor(to, shape, variable, transposed));
  }

  private void check(Variable variable, List<Long> expected) {
    String where = bundle.indexName() + ": " + variable.name();
    if (variable.partitioned()) {
      throw BadInput.of(where + " is partitioned; save it again as one variable");
    }
    if (variable.type() != Variable.FLOAT32) {
      throw BadInput.of(
          where
              + " has TensorFlow's type number "
              + variable.type()
              + " instead of 1 (float32); save it again in float32");
    }
    if (!variable.shape().equals(expected)) {
      throw BadInput.of(
          where
              + " has shape "
              + variable.shape()
              + " but the other variables call for "
              + expected
              + "; only an unmodified BERT can be imported");
    }
    if (variable.length() != byteLength(variable)) {
      throw BadInput.damaged(
          bundle.indexName(),
          variable.name()
              + " has "
              + variable.length()
              + " bytes, which does not match its shape "
              + variable.shape());
    }
  }

  /** Returns the number of bytes of the shape in float32, or -1 if it exceeds 64 bits. */
  private static long byteLength(Variable variable) {
    try {
      long length = Float.BYTES;
      for (long size : variable.shape()) {
        length = Math.multiplyExact(length, size);
      }
      return length;
    } catch (ArithmeticException exception) {
      return -1;
    }
  }
}
