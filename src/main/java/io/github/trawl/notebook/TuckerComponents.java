package io.github.trawl.notebook;

import io.github.trawl.tensor.TuckerTensor;

/**
 * Computes the components of a Tucker decomposition with orthonormal factors. Component q is the
 * part of the approximation that column q of A contributes; its norm is that of core[:,q,:].
 */
final class TuckerComponents {
  private TuckerComponents() {}

  static Components of(TuckerTensor tensor) {
    int depth = tensor.depth();
    int rank = tensor.coreRows();
    int width = tensor.coreColumns();
    double[][] cores = new double[depth][];
    double[] sizes = new double[rank];
    double[] bySlice = new double[depth * rank];
    for (int k = 0; k < depth; k++) {
      cores[k] = core(tensor, k);
      for (int q = 0; q < rank; q++) {
        double squares = 0;
        for (int r = 0; r < width; r++) {
          squares += cores[k][q * width + r] * cores[k][q * width + r];
        }
        bySlice[k * rank + q] = Math.sqrt(squares);
        sizes[q] += squares;
      }
    }
    for (int q = 0; q < rank; q++) {
      sizes[q] = Math.sqrt(sizes[q]);
    }
    return Grams.sortedComponents(sizes, bySlice, products(cores));
  }

  /** Computes Σ_p c[k,p] · core[p], the core of slice k, coreRows × coreColumns. */
  private static double[] core(TuckerTensor tensor, int slice) {
    int size = tensor.coreRows() * tensor.coreColumns();
    double[] combined = new double[size];
    for (int p = 0; p < tensor.coreDepth(); p++) {
      double factor = tensor.c()[slice * tensor.coreDepth() + p];
      for (int i = 0; i < size; i++) {
        combined[i] += factor * tensor.core()[p * size + i];
      }
    }
    return combined;
  }

  /** Computes the inner products of all slices: with orthonormal A and B, those of their cores. */
  private static double[] products(double[][] cores) {
    int depth = cores.length;
    double[] products = new double[depth * depth];
    for (int k = 0; k < depth; k++) {
      for (int l = 0; l < depth; l++) {
        for (int i = 0; i < cores[k].length; i++) {
          products[k * depth + l] += cores[k][i] * cores[l][i];
        }
      }
    }
    return products;
  }
}
