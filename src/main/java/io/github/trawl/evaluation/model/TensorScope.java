package io.github.trawl.evaluation.model;

import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Storage;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/**
 * Owns tensors and further scopes, and frees them when it is closed. It is used by one thread at a
 * time.
 */
final class TensorScope implements AutoCloseable {
  private final TensorScope parent;
  private final Device device;
  private final boolean gpu;
  private final boolean fewRows;
  private final Set<NativeTensor> tensors = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<TensorScope> scopes = Collections.newSetFromMap(new IdentityHashMap<>());

  private TensorScope(TensorScope parent, Device device, boolean gpu, boolean fewRows) {
    this.parent = parent;
    this.device = device;
    this.gpu = gpu;
    this.fewRows = fewRows;
    if (parent != null) {
      parent.scopes.add(this);
    }
  }

  /** Returns a scope whose tensors are in main memory. */
  static TensorScope onCpu() {
    return new TensorScope(null, new Device(torch.DeviceType.CPU), false, false);
  }

  /**
   * Returns a scope whose tensors are in the memory of a GPU.
   *
   * @param index the index of the GPU in this process
   */
  static TensorScope onGpu(int index) {
    return new TensorScope(null, new Device(torch.DeviceType.CUDA, (byte) index), true, false);
  }

  /** Returns a scope for tensors on the same device that is closed with this one at the latest. */
  TensorScope newScope() {
    return new TensorScope(this, device, gpu, fewRows);
  }

  /** Returns a scope for tensors in main memory that is closed with this one at the latest. */
  TensorScope newScopeOnCpu() {
    return new TensorScope(this, new Device(torch.DeviceType.CPU), false, fewRows);
  }

  /**
   * Returns such a scope in which the rows of a tensor count as few, however many they are: {@link
   * Linear} chooses the library for its products accordingly. It is for rows of several batches
   * that have few each, which then have the same bits as alone.
   */
  TensorScope newScopeOfFewRows() {
    return new TensorScope(this, device, gpu, true);
  }

  /** Returns whether the rows of all tensors count as few. */
  boolean isOfFewRows() {
    return fewRows;
  }

  boolean isOnGpu() {
    return gpu;
  }

  /** Returns a tensor whose values are not set; its memory is not touched. */
  NativeTensor empty(NumberType type, long... shape) {
    return adopt(allocate(type.scalarType(), shape));
  }

  /** Returns a tensor of the type of {@code other} whose values are not set. */
  NativeTensor emptyLike(NativeTensor other, long... shape) {
    return adopt(allocate(other.handle().scalar_type(), shape));
  }

  /** Returns a float32 tensor of {@code values}. */
  NativeTensor create(float[] values, long... shape) {
    if (gpu) {
      try (TensorScope host = newScopeOnCpu()) {
        return adopt(onDevice(host.create(values, shape)));
      }
    }
    Tensor tensor = allocate(torch.ScalarType.Float, shape);
    requireCount(values.length, shape);
    tensor.data_ptr_float().put(values);
    return adopt(tensor);
  }

  /** Returns an int64 tensor of {@code values}. */
  NativeTensor create(long[] values, long... shape) {
    if (gpu) {
      try (TensorScope host = newScopeOnCpu()) {
        return adopt(onDevice(host.create(values, shape)));
      }
    }
    Tensor tensor = allocate(torch.ScalarType.Long, shape);
    requireCount(values.length, shape);
    tensor.data_ptr_long().put(values);
    return adopt(tensor);
  }

  /** Returns an int64 tensor [rows, columns]. */
  NativeTensor create(long[][] values) {
    return create(
        Arrays.stream(values).flatMapToLong(Arrays::stream).toArray(),
        values.length,
        values[0].length);
  }

  private Tensor onDevice(NativeTensor host) {
    return host.handle().to(device, host.handle().scalar_type());
  }

  private static void requireCount(int count, long[] shape) {
    long expected = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    if (count != expected) {
      throw new IllegalArgumentException(
          "%d values for the shape %s".formatted(count, Arrays.toString(shape)));
    }
  }

  private Tensor allocate(torch.ScalarType type, long[] shape) {
    try (TensorOptions options = new TensorOptions();
        ScalarTypeOptional dtype = new ScalarTypeOptional(type);
        DeviceOptional place = new DeviceOptional(device);
        TensorOptions typed = options.dtype(dtype);
        TensorOptions placed = typed.device(place);
        MemoryFormatOptional format = new MemoryFormatOptional()) {
      return torch.empty(shape, placed, format);
    }
  }

  /** Returns a tensor for {@code handle}, which this scope owns from here on. */
  NativeTensor adopt(Tensor handle) {
    NativeTensor tensor = new NativeTensor(handle, this);
    tensors.add(tensor);
    return tensor;
  }

  /** Adds a tensor to those that this scope owns; called by {@link NativeTensor#attach}. */
  void take(NativeTensor tensor) {
    tensors.add(tensor);
  }

  /** Removes a tensor from those that this scope owns, without freeing it. */
  void release(NativeTensor tensor) {
    tensors.remove(tensor);
  }

  /** The number of tensors that this scope owns, without those of its scopes. */
  int tensorCount() {
    return tensors.size();
  }

  /**
   * Returns the bytes of memory that the tensors of this scope and of its scopes keep. Memory that
   * several of them share counts once, and as a whole, even if they show only a part of it.
   */
  long bytes() {
    Map<Long, Long> bytesByStorage = new HashMap<>();
    addBytes(bytesByStorage);
    return bytesByStorage.values().stream().mapToLong(Long::longValue).sum();
  }

  private void addBytes(Map<Long, Long> bytesByStorage) {
    for (NativeTensor tensor : tensors) {
      try (Storage storage = tensor.handle().storage()) {
        bytesByStorage.put(storage.unsafeGetStorageImpl().address(), storage.nbytes());
      }
    }
    scopes.forEach(scope -> scope.addBytes(bytesByStorage));
  }

  /** Frees all tensors of this scope and of its scopes; closing it again has no effect. */
  @Override
  public void close() {
    List.copyOf(scopes).forEach(TensorScope::close);
    List.copyOf(tensors).forEach(NativeTensor::close);
    if (parent != null) {
      parent.scopes.remove(this);
    }
  }
}
