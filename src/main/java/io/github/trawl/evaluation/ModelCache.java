package io.github.trawl.evaluation;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.evaluation.model.DeviceChoice;
import io.github.trawl.evaluation.model.LanguageModel;
import io.github.trawl.evaluation.model.Placement;
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
 * The models of this process on one device: each is loaded once and used by one task at a time.
 *
 * <p>Their weights together stay within the limit that the caller names; to make room, the models
 * that were not used for the longest time are closed. A model in use is never closed. In the memory
 * of the process they share one account with its solves: a model waits for those to end, and a
 * solve has models closed that nothing uses.
 */
final class ModelCache {
  private static final Map<Device, ModelCache> OF_DEVICES = new ConcurrentHashMap<>();

  private final Map<ModelSource, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
  private final LongFunction<MemoryGate> gateOfLimit;

  /** The models for which a task waits for memory. */
  private final Set<ModelSource> arriving = new HashSet<>();

  /** Those that ask this cache for memory. */
  private final Set<MemoryGate> gates = new HashSet<>();

  private record Device(DeviceChoice choice, int gpu) {}

  /** A model with the lock that gives it to one task at a time. */
  private static final class Entry {
    private final ReentrantLock turn = new ReentrantLock(true);
    private final long bytes;

    /** The account that the bytes were taken from; null for another device's memory. */
    private final MemoryGate gate;

    private int users;
    private LanguageModel model;

    Entry(long bytes, MemoryGate gate) {
      this.bytes = bytes;
      this.gate = gate;
    }
  }

  /** A cache in memory that is nobody else's. */
  ModelCache() {
    this(limit -> null);
  }

  /**
   * A cache whose models are taken from an account.
   *
   * @param gateOfLimit the account of a limit; null for none
   */
  ModelCache(LongFunction<MemoryGate> gateOfLimit) {
    this.gateOfLimit = gateOfLimit;
  }

  /** Returns the cache of this process for the device of {@code placement}, which is resolved. */
  static ModelCache at(Placement placement) {
    return OF_DEVICES.computeIfAbsent(
        new Device(placement.device(), placement.gpu()),
        device ->
            device.choice() == DeviceChoice.CPU
                ? new ModelCache(ExecutorMemory::gate)
                : new ModelCache());
  }

  /**
   * Runs {@code work} with a model that nothing else uses meanwhile.
   *
   * @param bytes of its weights
   * @param limit bytes that all models may take
   * @param loader called if the model is not loaded yet
   * @throws TrawlException if it does not fit the limit
   */
  <R> R use(
      ModelSource source,
      long bytes,
      long limit,
      Supplier<LanguageModel> loader,
      Function<LanguageModel, R> work) {
    Entry entry = reserve(source, bytes, limit);
    entry.turn.lock();
    try {
      if (entry.model == null) {
        entry.model = loader.get();
      }
      return work.apply(entry.model);
    } finally {
      entry.turn.unlock();
      release(source, entry);
    }
  }

  /** Closes all models that are not in use. */
  synchronized void clear() {
    evict(0);
  }

  /** Bytes of the models that are loaded or being loaded. */
  synchronized long bytes() {
    return entries.values().stream().mapToLong(entry -> entry.bytes).sum();
  }

  private Entry reserve(ModelSource source, long bytes, long limit) {
    Entry known = knownOrArriving(source);
    if (known != null) {
      return known;
    }
    try {
      if (bytes > limit) {
        throw tooLarge(source, bytes, limit);
      }
      MemoryGate gate = gate(limit);
      if (gate != null) {
        // Without the lock: the gate asks this cache for memory, and others give theirs back.
        gate.acquire(bytes);
      }
      return enter(source, bytes, limit, gate);
    } finally {
      arrived(source);
    }
  }

  /** Returns the model's entry; null if the caller is the one to make it. */
  private synchronized Entry knownOrArriving(ModelSource source) {
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
      if (entry.model == null) {
        entries.remove(source);
        giveBack(entry);
      } else if (entry.gate != null) {
        entry.gate.reclaimable();
      }
    }
    notifyAll();
  }

  private static void giveBack(Entry entry) {
    if (entry.gate != null) {
      entry.gate.release(entry.bytes);
    }
  }

  /** Closes models that nothing uses until so many bytes of an account are given back. */
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
    // The work of another model, which asked for room, goes on.
    CleanUp.run("close a model that is not in use", entry.model::close);
    giveBack(entry);
  }

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

  /** Closes idle models until all take at most {@code limit} bytes, and returns whether they do. */
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
            "%s: its weights take %d MiB as float32, but --memory.off-heap allows a process %d MiB; allow more",
            source.directory(),
            (bytes >> 20) + 1,
            limit >> 20));
  }
}
