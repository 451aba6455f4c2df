package io.github.trawl.convert;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The word pieces of a BERT and their ids: {@code vocab.txt} has one piece on each line, from id 0
 * on.
 *
 * @param pieces piece to id; a piece that is listed twice has the id of its last line, as in
 *     transformers
 */
record Vocabulary(Map<String, Integer> pieces) {
  /** The special pieces by their keys in transformers' {@code tokenizer_config.json}. */
  static final Map<String, String> SPECIAL = special();

  /**
   * Parses the content of a {@code vocab.txt}.
   *
   * @param file its name in error messages
   * @param size rows of the word embeddings
   * @throws io.github.trawl.TrawlException BAD_INPUT if it is not UTF-8, has more lines than {@code
   *     size}, or lacks a special piece
   */
  static Vocabulary parse(byte[] content, String file, long size) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (CharacterCodingException exception) {
      throw BadInput.damaged(file, "not UTF-8");
    }
    Map<String, Integer> pieces = new LinkedHashMap<>();
    List<String> lines = lines(text);
    for (int id = 0; id < lines.size(); id++) {
      pieces.put(lines.get(id), id);
    }
    if (lines.size() > size) {
      throw BadInput.of(
          file
              + ": "
              + lines.size()
              + " pieces, but the word embeddings have "
              + size
              + " rows; take the vocabulary that belongs to the model");
    }
    for (String piece : SPECIAL.values()) {
      if (!pieces.containsKey(piece)) {
        throw BadInput.of(
            file + ": the piece " + piece + " is missing; take the vocabulary of a BERT");
      }
    }
    return new Vocabulary(pieces);
  }

  /** The id of {@code piece}, which must be in the vocabulary. */
  int id(String piece) {
    return pieces.get(piece);
  }

  /** Whether no piece has an upper-case letter, except those in brackets, such as [CLS]. */
  boolean isUncased() {
    return pieces.keySet().stream()
        .filter(piece -> !piece.startsWith("["))
        .noneMatch(piece -> piece.codePoints().anyMatch(Character::isUpperCase));
  }

  /**
   * Splits at LF and CR LF only: some pieces are other characters that count as line separators
   * elsewhere.
   */
  private static List<String> lines(String text) {
    List<String> lines = new ArrayList<>();
    int start = 0;
    while (start < text.length()) {
      int end = text.indexOf('\n', start);
      end = end < 0 ? text.length() : end;
      boolean windows = end > start && text.charAt(end - 1) == '\r';
      lines.add(text.substring(start, windows ? end - 1 : end));
      start = end + 1;
    }
    return lines;
  }

  private static Map<String, String> special() {
    Map<String, String> special = new LinkedHashMap<>();
    special.put("pad_token", "[PAD]");
    special.put("unk_token", "[UNK]");
    special.put("cls_token", "[CLS]");
    special.put("sep_token", "[SEP]");
    special.put("mask_token", "[MASK]");
    return special;
  }
}
