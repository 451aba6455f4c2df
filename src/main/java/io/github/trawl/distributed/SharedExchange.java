package io.github.trawl.distributed;

import io.github.trawl.tensor.TensorExchange;
import java.io.Serializable;

/**
 * How tasks read a tensor together, as it is broadcast: by Java's serialisation, whatever it is.
 */
record SharedExchange(TensorExchange exchange) implements Serializable {}
