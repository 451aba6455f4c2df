/** Prompt templates: the part of Jinja that evaluation tasks use, without statements or code. */
package io.github.trawl.evaluation.template;
