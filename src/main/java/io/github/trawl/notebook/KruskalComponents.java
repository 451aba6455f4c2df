package io.github.trawl.notebook;

import io.github.trawl.tensor.KruskalTensor;

/**
 * Computes the components of a Kruskal tensor, which are the terms of X[k,i,j] = Σ_r weights[r] ·
 * c[k,r] · a[i,r] · b[j,r].
 */
final class KruskalComponents {
  private KruskalComponents() {}

  static Components of(KruskalTensor tensor) {
    int rank = tensor.rank();
    int depth = tensor.depth();
    double[] rows = Grams.gram(tensor.a(), rank);
    double[] columns = Grams.gram(tensor.b(), rank);
    double[] sizes = new double[rank];
    double[] bySlice = new double[depth * rank];
    for (int r = 0; r < rank; r++) {
      double norm = Math.sqrt(rows[r * rank + r] * columns[r * rank + r]);
      double squares = 0;
      for (int k = 0; k < depth; k++) {
        double size = Math.abs((double) tensor.weights()[r] * tensor.c()[k * rank + r]) * norm;
        bySlice[k * rank + r] = size;
        squares += size * size;
      }
      sizes[r] = Math.sqrt(squares);
    }
    return Grams.sortedComponents(sizes, bySlice, products(tensor, rows, columns));
  }

  /**
   * Computes the inner products of all slices, ⟨M_k, M_l⟩ = Σ_rs (w_r c_kr) (AᵀA)_rs (BᵀB)_rs (w_s
   * c_ls).
   *
   * @param rows AᵀA
   * @param columns BᵀB
   */
  private static double[] products(KruskalTensor tensor, double[] rows, double[] columns) {
    int rank = tensor.rank();
    int depth = tensor.depth();
    double[] products = new double[depth * depth];
    for (int r = 0; r < rank; r++) {
      for (int s = 0; s < rank; s++) {
        double both =
            rows[r * rank + s] * columns[r * rank + s] * tensor.weights()[r] * tensor.weights()[s];
        for (int k = 0; k < depth; k++) {
          double left = both * tensor.c()[k * rank + r];
          for (int l = 0; l < depth; l++) {
            products[k * depth + l] += left * tensor.c()[l * rank + s];
          }
        }
      }
    }
    return products;
  }
}
