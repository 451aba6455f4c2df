/**
 * Templates of prompts and chats: a subset of Jinja 2 that gives the same results as Jinja does in
 * Python. A template has access to nothing but the values that it is rendered with.
 *
 * <p>{@code SegmentSplitter} splits a template into texts and tags, and {@code Lexer} a tag into
 * tokens. {@code TemplateParser}, {@code StatementParser} and {@code ExpressionParser} make nodes
 * and expressions of them, which are evaluated in a {@code Scope}. A {@code Rendering} is the state
 * of one evaluation.
 */
package io.github.trawl.evaluation.template;
