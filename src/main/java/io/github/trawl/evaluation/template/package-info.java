/**
 * Templates of prompts and chats: a subset of Jinja 2 that gives the same results as Jinja does in
 * Python. A template has access to nothing but the values that it is rendered with.
 */
package io.github.trawl.evaluation.template;
