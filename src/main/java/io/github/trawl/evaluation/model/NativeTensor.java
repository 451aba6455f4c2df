package io.github.trawl.evaluation.model;

import io.github.trawl.checkpoint.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * A tensor of PyTorch's. The result of an operation belongs to the scope of the tensor on which it
 * is called; a method whose name ends in "i" changes that tensor. Views share its memory. Classes
 * that speak of the tensors of a checkpoint, too, call it an array.
 */
final class NativeTensor implements AutoCloseable {
  private final Tensor handle;
  private TensorScope scope;

  /**
   * @param scope the owner, which knows of this tensor
   */
  NativeTensor(Tensor handle, TensorScope scope) {
    this.handle = handle;
    this.scope = scope;
  }

  Tensor handle() {
    return handle;
  }

  TensorScope scope() {
    return scope;
  }

  /** Makes {@code owner} the owner. */
  void attach(TensorScope owner) {
    scope.release(this);
    scope = owner;
    owner.take(this);
  }

  /** Frees the memory unless a view shares it; closing again has no effect. */
  @Override
  public void close() {
    scope.release(this);
    handle.close();
  }

  long[] shape() {
    long[] shape = new long[Math.toIntExact(handle.dim())];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = handle.size(i);
    }
    return shape;
  }

  /** The length of a dimension; negative ones count from the last, -1. */
  long size(int dimension) {
    return handle.size(dimension);
  }

  /** The number of elements. */
  long count() {
    return handle.numel();
  }

  /** The bytes of all elements. */
  long bytes() {
    return count() * handle.element_size();
  }

  boolean isOnGpu() {
    return handle.is_cuda();
  }

  boolean isFloat32() {
    return handle.scalar_type().intern() == torch.ScalarType.Float;
  }

  // Views

  /** Returns a tensor of the same memory, which can be closed by itself. */
  NativeTensor alias() {
    return scope.adopt(handle.alias());
  }

  /**
   * Returns the same elements in another shape; a copy if a view can't show them.
   *
   * @param dimensions one of which may be -1, for what is left
   */
  NativeTensor reshape(long... dimensions) {
    return scope.adopt(handle.reshape(dimensions));
  }

  /** Returns a view with the dimensions in another order. */
  NativeTensor permute(long... order) {
    return scope.adopt(handle.permute(order));
  }

  /** Returns a view of a matrix with rows and columns exchanged. */
  NativeTensor transpose() {
    return scope.adopt(handle.t());
  }

  /** Returns a view of the elements {@code from} to {@code to - 1} of a dimension. */
  NativeTensor slice(int dimension, long from, long to) {
    return scope.adopt(handle.narrow(dimension, from, to - from));
  }

  /** Returns views of the parts of a dimension that begin at 0 and at each of {@code starts}. */
  List<NativeTensor> split(int dimension, long... starts) {
    List<NativeTensor> parts = new ArrayList<>();
    long from = 0;
    for (long to : starts) {
      parts.add(slice(dimension, from, to));
      from = to;
    }
    parts.add(slice(dimension, from, size(dimension)));
    return parts;
  }

  /** Returns a view in which dimensions of length 1 have other lengths, by repetition. */
  NativeTensor expand(long... dimensions) {
    return scope.adopt(handle.expand(dimensions));
  }

  // Copies

  /** Returns a copy. */
  NativeTensor duplicate() {
    return scope.adopt(handle.clone());
  }

  /** Overwrites all elements by those of {@code source}, rounded to the type of this tensor. */
  void copyFrom(NativeTensor source) {
    handle.copy_(source.handle);
  }

  /** Returns the values in row-major order: {@code this} if it is contiguous, else a copy. */
  NativeTensor contiguous() {
    return handle.is_contiguous() ? this : scope.adopt(handle.contiguous());
  }

  /** Returns the values as another type, rounded; {@code this} if it has that type. */
  NativeTensor as(torch.ScalarType type) {
    return handle.scalar_type().intern() == type ? this : scope.adopt(handle.to(type));
  }

  NativeTensor asFloat32() {
    return as(torch.ScalarType.Float);
  }

  /** Returns the values as those of {@code other}'s type; {@code this} if it has that type. */
  NativeTensor asTypeOf(NativeTensor other) {
    return as(other.handle.scalar_type().intern());
  }

  /** Returns the values of a float tensor, as float32, in the order of its shape. */
  float[] toFloatArray() {
    float[] values = new float[Math.toIntExact(count())];
    try (TensorScope host = scope.newScopeOnCpu()) {
      NativeTensor inMemory =
          host.adopt(handle.to(new org.bytedeco.pytorch.Device("cpu"), torch.ScalarType.Float));
      inMemory.contiguous().handle.data_ptr_float().get(values);
    }
    return values;
  }

  /** Returns the values of an int64 tensor, in the order of its shape. */
  long[] toLongArray() {
    long[] values = new long[Math.toIntExact(count())];
    try (TensorScope host = scope.newScopeOnCpu()) {
      NativeTensor inMemory =
          host.adopt(handle.to(new org.bytedeco.pytorch.Device("cpu"), torch.ScalarType.Long));
      inMemory.contiguous().handle.data_ptr_long().get(values);
    }
    return values;
  }

  /** Returns the memory of a contiguous float32 tensor on the CPU with at most 2³¹ − 1 bytes. */
  FloatBuffer memory() {
    if (!handle.is_contiguous()
        || isOnGpu()
        || handle.scalar_type().intern() != torch.ScalarType.Float) {
      throw new IllegalStateException("not contiguous float32 memory of the CPU");
    }
    FloatPointer pointer = handle.data_ptr_float();
    return pointer.capacity(count()).asBuffer();
  }

  /**
   * Whether the bytes of numbers that a checkpoint stores as {@code stored} can be copied to this
   * tensor's memory: the tensor has the same type, is contiguous and in main memory, and this
   * machine is little-endian, as checkpoints are.
   */
  boolean canBeReadAsStored(DType stored) {
    return !isOnGpu()
        && handle.is_contiguous()
        && Arrays.stream(NumberType.values())
            .anyMatch(type -> type.stored() == stored && isOf(type))
        && ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
  }

  private boolean isOf(NumberType type) {
    return handle.scalar_type().intern() == type.scalarType();
  }

  /** Returns {@code bytes} bytes of a contiguous tensor on the CPU, from byte {@code first} on. */
  ByteBuffer memory(long first, int bytes) {
    return new BytePointer(handle.data_ptr()).position(first).limit(first + bytes).asByteBuffer();
  }

  // Arithmetic

  NativeTensor add(NativeTensor other) {
    return scope.adopt(handle.add(other.handle));
  }

  NativeTensor addi(NativeTensor other) {
    handle.add_(other.handle);
    return this;
  }

  NativeTensor addi(float number) {
    try (Scalar scalar = new Scalar(number)) {
      handle.add_(scalar);
    }
    return this;
  }

  NativeTensor subi(NativeTensor other) {
    handle.sub_(other.handle);
    return this;
  }

  NativeTensor mul(NativeTensor other) {
    return scope.adopt(handle.mul(other.handle));
  }

  NativeTensor mul(float number) {
    try (Scalar scalar = new Scalar(number)) {
      return scope.adopt(handle.mul(scalar));
    }
  }

  NativeTensor muli(NativeTensor other) {
    handle.mul_(other.handle);
    return this;
  }

  NativeTensor muli(float number) {
    try (Scalar scalar = new Scalar(number)) {
      handle.mul_(scalar);
    }
    return this;
  }

  NativeTensor divi(float number) {
    try (Scalar scalar = new Scalar(number)) {
      handle.div_(scalar);
    }
    return this;
  }

  NativeTensor square() {
    return scope.adopt(handle.square());
  }

  NativeTensor tanh() {
    return scope.adopt(handle.tanh());
  }

  NativeTensor sigmoid() {
    return scope.adopt(handle.sigmoid());
  }

  NativeTensor relu() {
    return scope.adopt(torch.relu(handle));
  }

  NativeTensor silu() {
    return scope.adopt(torch.silu(handle));
  }

  /** Returns x · Φ(x) of each element; if {@code approximate}, its approximation by tanh. */
  NativeTensor gelu(boolean approximate) {
    return scope.adopt(torch.gelu(handle, approximate ? "tanh" : "none"));
  }

  NativeTensor softmax(int dimension) {
    return scope.adopt(handle.softmax(dimension));
  }

  NativeTensor logSoftmax(int dimension) {
    return scope.adopt(handle.log_softmax(dimension));
  }

  /** Returns the index of the largest element along a dimension, as int64. */
  NativeTensor argMax(int dimension) {
    try (LongOptional along = new LongOptional(dimension)) {
      return scope.adopt(handle.argmax(along, false));
    }
  }

  boolean hasNaN() {
    try (Tensor nan = handle.isnan();
        Tensor any = nan.any()) {
      return any.item_bool();
    }
  }

  // Products

  NativeTensor matMul(NativeTensor other) {
    return scope.adopt(handle.matmul(other.handle));
  }

  /**
   * Returns x · weightᵀ + bias over the last dimension.
   *
   * @param weight [outputs, inputs]
   * @param bias [outputs], or null
   */
  NativeTensor linear(NativeTensor weight, NativeTensor bias) {
    try (TensorOptional added = optional(bias)) {
      return scope.adopt(torch.linear(handle, weight.handle, added));
    }
  }

  /** Returns x · weightᵀ + bias as {@link #linear}, computed by oneDNN in float32 on the CPU. */
  NativeTensor linearByOneDnn(NativeTensor weight, NativeTensor bias) {
    try (TensorOptional added = optional(bias);
        Tensor input = handle.to_mkldnn();
        Tensor output = torch.mkldnn_linear(input, weight.handle, added)) {
      return scope.adopt(output.to_dense());
    }
  }

  /**
   * Returns the values weighted by the softmax of the scaled scores, with this tensor as queries.
   *
   * @param keys [batch, heads, keys, features]
   * @param values likewise
   * @param mask a float32 tensor that is added to the scores, or null
   */
  NativeTensor attend(NativeTensor keys, NativeTensor values, NativeTensor mask, double scale) {
    try (TensorOptional added = optional(mask);
        DoubleOptional factor = new DoubleOptional(scale)) {
      return scope.adopt(
          torch.scaled_dot_product_attention(
              handle, keys.handle, values.handle, added, 0, false, factor, false));
    }
  }

  /** Returns the layer norm over the last dimension. */
  NativeTensor layerNorm(NativeTensor weight, NativeTensor bias, double epsilon) {
    try (TensorOptional scale = optional(weight);
        TensorOptional shift = optional(bias)) {
      return scope.adopt(
          torch.layer_norm(handle, new long[] {size(-1)}, scale, shift, epsilon, false));
    }
  }

  /**
   * Returns x / √(mean(x²) + epsilon) · weight over the last dimension, computed in float32 and
   * rounded once.
   */
  NativeTensor rmsNorm(NativeTensor weight, double epsilon) {
    try (TensorOptional scale = optional(weight);
        DoubleOptional summand = new DoubleOptional(epsilon)) {
      return scope.adopt(torch.rms_norm(handle, new long[] {size(-1)}, scale, summand));
    }
  }

  private static TensorOptional optional(NativeTensor tensor) {
    return tensor == null ? new TensorOptional() : new TensorOptional(tensor.handle);
  }

  // Selections

  /**
   * Returns rows of a table.
   *
   * @param indices int64, of any shape
   * @return [shape of {@code indices}…, length of a row], in the scope of {@code indices}
   */
  NativeTensor rows(NativeTensor indices) {
    return indices.scope.adopt(torch.embedding(handle, indices.handle));
  }

  /** Returns the tensors one after the other along a dimension. */
  static NativeTensor concatenate(List<NativeTensor> parts, int dimension) {
    try (TensorVector all = vector(parts)) {
      return parts.get(0).scope.adopt(torch.cat(all, dimension));
    }
  }

  private static TensorVector vector(List<NativeTensor> parts) {
    return new TensorVector(parts.stream().map(NativeTensor::handle).toArray(Tensor[]::new));
  }
}
