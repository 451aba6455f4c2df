/**
 * Templates of prompts and chats: the part of Jinja that they use, with the results of Python's and
 * without access to anything but what they are given.
 */
package io.github.trawl.evaluation.template;
