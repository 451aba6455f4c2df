/** Tells an MLflow tracking server what a sweep has found. */
package io.github.trawl.sweep.mlflow;
