/**
 * Sweeps: grids of edits that are decomposed, measured on tasks, and compared.
 *
 * <p>A <em>point</em> is one edit of the grid, such as CP of rank 64 and seed 3 for the stack of
 * fully connected matrices of layer 11. It needs one decomposition of each of its stacks.
 * Decompositions of one stack by one method that differ in rank and seed alone are solved together,
 * in a <em>batch</em>. A <em>contestant</em> is a model that answers examples: the unmodified
 * model, a model edited by a point or by a <em>composition</em> of several points, or a
 * <em>control</em> of an edited model: a model whose weights are changed at random by as much.
 * Examples are asked in <em>blocks</em>; a <em>round</em> is a block of each task that has
 * validation examples left. In a <em>race</em>, points that are worse than the best so far drop out
 * after a round. A <em>unit</em> is a finished piece of work in the {@linkplain
 * io.github.trawl.sweep.ledger ledger}: a solved batch, or the answers of one contestant to one
 * block; costs and grids are recorded as units, too.
 *
 * <p>{@link io.github.trawl.sweep.SweepRequest} is what the user asks for. {@link
 * io.github.trawl.sweep.SweepPlan} derives a {@code SweepDefinition} from it, the points with their
 * batches, the blocks and the metrics, and estimates the cost. {@link
 * io.github.trawl.sweep.SweepJob} opens the output and runs it on Spark: {@code SweepRun} decides
 * what is done next; {@code Solves} and {@code Measurements} have {@code SweepWork} do those parts
 * that the ledger lacks. {@code SweepAnalysis} computes statistics from the {@code Scoreboard},
 * {@code ResultJson} writes them to a file, and {@code ResultText} puts them into sentences.
 */
package io.github.trawl.sweep;
