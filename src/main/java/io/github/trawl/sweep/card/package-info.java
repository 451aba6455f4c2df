/** The model card of a point of a sweep, and its results as the Hugging Face Hub reads them. */
package io.github.trawl.sweep.card;
