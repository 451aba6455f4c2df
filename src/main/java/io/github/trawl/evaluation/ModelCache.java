package io.github.trawl.evaluation;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.evaluation.model.DeviceChoice;
import io.github.trawl.evaluation.model.LanguageModel;
import io.github.trawl.evaluation.model.Placement;
import io.github.trawl.plan.EstimateText;
import io.github.trawl.spark.CleanUp;
import io.github.trawl.spark.ExecutorMemory;
import io.github.trawl.spark.MemoryGate;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/**
 * A cache of the models that this process has loaded on one device. A model is used by one Spark
 * task at a time.
 *
 * <p>The memory of all models stays within the limit that the caller names; to make room, the least
 * recently used models are closed, but never one in use. Models on the CPU share a {@link
 * MemoryGate} with the decompositions of this process: a model waits until these have released
 * enough memory, and a waiting decomposition has idle models closed.
 */
final class ModelCache {
  private static final Map<Device, ModelCache> OF_DEVICES = new ConcurrentHashMap<>();

  private final Map<ModelSource, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
  private final LongFunction<MemoryGate> gateOfLimit;

  /** The models that have no entry yet, but for which a Spark task is waiting for memory. */
  private final Set<ModelSource> arriving = new HashSet<>();

  /** The gates with which this cache is registered as a reclaimer. */
  private final Set<MemoryGate> gates = new HashSet<>();

  private record Device(DeviceChoice choice, int gpu) {}

  /**
   * A model that is loaded or being loaded, with the lock that gives it to one Spark task at a
   * time.
   */
  private static final class Entry {
    private final ReentrantLock lock = new ReentrantLock(true);
    private final long bytes;

    /** The gate from which the bytes were acquired; null for a GPU's memory. */
    private final MemoryGate gate;

    /** The number of Spark tasks that use the model or wait for it. */
    private int users;

    /** The model; null until it is loaded. */
    private LanguageModel model;

    Entry(long bytes, MemoryGate gate) {
      this.bytes = bytes;
      this.gate = gate;
    }
  }

  /** Creates a cache that shares its memory with nothing else, as on a GPU. */
  ModelCache() {
    this(limit -> null);
  }

  /**
   * Creates a cache that acquires the memory of its models from a gate.
   *
   * @param gateOfLimit returns the gate for a limit in bytes, or null for no gate
   */
  ModelCache(LongFunction<MemoryGate> gateOfLimit) {
    this.gateOfLimit = gateOfLimit;
  }

  /**
   * Returns this process's cache for a device.
   *
   * @param placement a resolved placement, so not one of {@link DeviceChoice#AUTO}
   */
  static ModelCache at(Placement placement) {
    return OF_DEVICES.computeIfAbsent(
        new Device(placement.device(), placement.gpu()),
        device ->
            device.choice() == DeviceChoice.CPU
                ? new ModelCache(ExecutorMemory::gate)
                : new ModelCache());
  }

  /**
   * Runs {@code work} with a model that no other Spark task uses at the same time.
   *
   * @param bytes the bytes that the model reserves, see {@link ExecutionSettings#reservedBytes}
   * @param limit the most bytes that all models of this cache may take
   * @param loader called if the model is not loaded yet
   * @throws TrawlException if the model alone does not fit the limit
   */
  <R> R use(
      ModelSource source,
      long bytes,
      long limit,
      Supplier<LanguageModel> loader,
      Function<LanguageModel, R> work) {
    Entry entry = reserve(source, bytes, limit);
    entry.lock.lock();
    try {
      if (entry.model == null) {
        entry.model = loader.get();
      }
      return work.apply(entry.model);
    } finally {
      entry.lock.unlock();
      release(source, entry);
    }
  }

  /** Closes all models that are not in use. */
  synchronized void clear() {
    evict(0);
  }

  /** Returns the bytes that are reserved by the models that are loaded or being loaded. */
  synchronized long bytes() {
    return entries.values().stream().mapToLong(entry -> entry.bytes).sum();
  }

  private Entry reserve(ModelSource source, long bytes, long limit) {
    Entry existing = existing(source);
    if (existing != null) {
      return existing;
    }
    try {
      if (bytes > limit) {
        throw tooLarge(source, bytes, limit);
      }
      MemoryGate gate = gate(limit);
      if (gate != null) {
        // This object's lock must not be held here: while this waits, the gate asks this cache for
        // memory and other Spark tasks release their models, both of which take the lock.
        gate.acquire(bytes);
      }
      return enter(source, bytes, limit, gate);
    } finally {
      arrived(source);
    }
  }

  /**
   * Returns the model's entry, with the caller as a further user, or null if the caller has to make
   * it. Waits while another Spark task is about to make it.
   */
  private synchronized Entry existing(ModelSource source) {
    try {
      while (!entries.containsKey(source)) {
        if (arriving.add(source)) {
          return null;
        }
        wait();
      }
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
    Entry entry = entries.get(source);
    entry.users++;
    return entry;
  }

  /** Ends the attempt to make an entry, whether it succeeded or failed. */
  private synchronized void arrived(ModelSource source) {
    arriving.remove(source);
    notifyAll();
  }

  private synchronized MemoryGate gate(long limit) {
    MemoryGate gate = gateOfLimit.apply(limit);
    if (gate != null && gates.add(gate)) {
      gate.addReclaimer(bytes -> reclaim(gate, bytes));
    }
    return gate;
  }

  /** Makes an entry as soon as there is room for it, with the caller as its user. */
  private synchronized Entry enter(ModelSource source, long bytes, long limit, MemoryGate gate) {
    Entry entry = new Entry(bytes, gate);
    try {
      awaitRoom(limit - bytes);
    } catch (RuntimeException e) {
      giveBack(entry);
      throw e;
    }
    entries.put(source, entry);
    entry.users++;
    return entry;
  }

  private synchronized void release(ModelSource source, Entry entry) {
    entry.users--;
    if (entry.users == 0) {
      if (entry.model == null) { // It could not be loaded.
        entries.remove(source);
        giveBack(entry);
      } else if (entry.gate != null) {
        entry.gate.notifyReclaimable();
      }
    }
    notifyAll();
  }

  private static void giveBack(Entry entry) {
    if (entry.gate != null) {
      entry.gate.release(entry.bytes);
    }
  }

  /** Closes idle models until {@code bytes} bytes are given back to a gate. */
  private synchronized void reclaim(MemoryGate gate, long bytes) {
    long freed = 0;
    for (Iterator<Entry> oldest = entries.values().iterator();
        freed < bytes && oldest.hasNext(); ) {
      Entry entry = oldest.next();
      if (entry.users == 0 && entry.gate == gate) {
        oldest.remove();
        close(entry);
        freed += entry.bytes;
      }
    }
  }

  private static void close(Entry entry) {
    // A failure to close is only logged: the Spark task that needs the room must go on.
    CleanUp.run("close a model that is not in use", entry.model::close);
    giveBack(entry);
  }

  /** Waits until the models take at most {@code limit} bytes, and closes idle ones for that. */
  private synchronized void awaitRoom(long limit) {
    try {
      while (!evict(limit)) {
        wait();
      }
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static IllegalStateException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new IllegalStateException("interrupted while waiting for memory of a model", cause);
  }

  /**
   * Closes idle models until those left take at most {@code limit} bytes; returns whether they do.
   */
  private synchronized boolean evict(long limit) {
    for (Iterator<Entry> oldest = entries.values().iterator();
        bytes() > limit && oldest.hasNext(); ) {
      Entry entry = oldest.next();
      if (entry.users == 0) {
        oldest.remove();
        close(entry);
      }
    }
    return bytes() <= limit;
  }

  private static TrawlException tooLarge(ModelSource source, long bytes, long limit) {
    return new TrawlException(
        ErrorCategory.USAGE,
        String.format(
            Locale.ROOT,
            "%s: its weights take %d MiB as %s, but --memory.off-heap allows a process %d MiB; allow more",
            source.directory(),
            EstimateText.mebibytes(bytes),
            source.type(),
            limit >> 20));
  }
}
