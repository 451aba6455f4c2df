/** The denoise job: plan, decompose on Spark, write the factors, reassemble, publish. */
package io.github.trawl.denoise;
