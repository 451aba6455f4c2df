/** Sends the results of a sweep to an MLflow tracking server. */
package io.github.trawl.sweep.mlflow;
