package io.github.trawl.evaluation;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.evaluation.model.DeviceChoice;
import io.github.trawl.evaluation.model.LanguageModel;
import io.github.trawl.evaluation.model.Placement;
import io.github.trawl.spark.CleanUp;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The models of this process on one device: each is loaded once and used by one task at a time.
 *
 * <p>Their weights together stay within the limit that the caller names; to make room, the models
 * that were not used for the longest time are closed. A model in use is never closed.
 */
final class ModelCache {
  private static final Map<Device, ModelCache> OF_DEVICES = new ConcurrentHashMap<>();

  private final Map<ModelSource, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

  private record Device(DeviceChoice choice, int gpu) {}

  /** A model with the lock that gives it to one task at a time. */
  private static final class Entry {
    private final ReentrantLock turn = new ReentrantLock(true);
    private final long bytes;
    private int users;
    private LanguageModel model;

    Entry(long bytes) {
      this.bytes = bytes;
    }
  }

  /** Returns the cache of this process for the device of {@code placement}, which is resolved. */
  static ModelCache at(Placement placement) {
    return OF_DEVICES.computeIfAbsent(
        new Device(placement.device(), placement.gpu()), key -> new ModelCache());
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

  private synchronized Entry reserve(ModelSource source, long bytes, long limit) {
    Entry entry = entries.get(source);
    if (entry == null) {
      if (bytes > limit) {
        throw tooLarge(source, bytes, limit);
      }
      awaitRoom(limit - bytes);
      entry = entries.computeIfAbsent(source, key -> new Entry(bytes));
    }
    entry.users++;
    return entry;
  }

  private synchronized void release(ModelSource source, Entry entry) {
    entry.users--;
    if (entry.model == null && entry.users == 0) {
      entries.remove(source);
    }
    notifyAll();
  }

  private synchronized void awaitRoom(long limit) {
    try {
      while (!evict(limit)) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for memory of a model", e);
    }
  }

  /** Closes idle models until all take at most {@code limit} bytes, and returns whether they do. */
  private synchronized boolean evict(long limit) {
    for (Iterator<Entry> oldest = entries.values().iterator();
        bytes() > limit && oldest.hasNext(); ) {
      Entry entry = oldest.next();
      if (entry.users == 0) {
        oldest.remove();
        // The work of another model, which asked for room, goes on.
        CleanUp.run("close a model that is not in use", entry.model::close);
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
