package io.github.trawl.evaluation.model;

/** The layers of a model, whose weights may have to be read when they are wanted. */
interface Layers {
  /** The number of layers. */
  int count();

  /**
   * Returns a layer with its weights. It is valid until another one is asked for.
   *
   * @param layer from 0
   */
  Block get(int layer);
}
