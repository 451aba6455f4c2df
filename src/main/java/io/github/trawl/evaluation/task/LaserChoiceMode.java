package io.github.trawl.evaluation.task;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How a masked model is asked for the metrics {@code acc_laser} and {@code loss_laser} of a choice:
 * the values of the key {@code masked.laser_choices}. Which of them LASER (pratyushasharma/laser)
 * uses depends on the task.
 */
public enum LaserChoiceMode {
  /**
   * Each choice is put in place of the masks of the masked prompt, with the special tokens that the
   * model expects around a text. The loss is divided by the number of tokens of the right choice.
   * {@code acc} and {@code loss} are computed in the same way. Source: LASER's {@code
   * src/intervention_roberta_bios_profession.py}, {@code _fever.py} and {@code _truthfulqa.py},
   * which support only one mask and choices of one token.
   */
  MASK_FILL,

  /**
   * Each choice follows the prompt of causal models, without the special tokens that the model
   * expects around a text, and the shortest run of last tokens that spells the choice is masked.
   * The loss is divided by one more than the number of masked tokens of the right choice. Source:
   * LASER's {@code src/intervention_roberta_bbh.py}, and {@code masked_answer_log_prob} and {@code
   * find_answer_len} in {@code src/study_utils/metric_utils.py}.
   */
  CONTINUATION;

  static Optional<LaserChoiceMode> find(String label) {
    return Arrays.stream(values()).filter(mode -> mode.label().equals(label)).findFirst();
  }

  static List<String> known() {
    return Arrays.stream(values()).map(LaserChoiceMode::label).toList();
  }

  private String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
