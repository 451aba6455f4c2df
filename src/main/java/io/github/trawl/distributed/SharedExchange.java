package io.github.trawl.distributed;

import io.github.trawl.tensor.TensorExchange;
import java.io.Serializable;

/**
 * Wraps a {@link TensorExchange} for a broadcast, so that it is serialised by Java: Kryo is told
 * how to serialise this class, but does not know the implementations.
 */
record SharedExchange(TensorExchange exchange) implements Serializable {}
