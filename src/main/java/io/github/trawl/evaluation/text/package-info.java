/** A model's tokenizer, special tokens and chat templates, read as transformers reads them. */
package io.github.trawl.evaluation.text;
