/** Text to token ids and back, as a model's own tokenizer does it. */
package io.github.trawl.evaluation.text;
