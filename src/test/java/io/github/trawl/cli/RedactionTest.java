package io.github.trawl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Credentials in URIs and configuration values are not printed. */
class RedactionTest {
  @ParameterizedTest
  @CsvSource({
    "s3a://AKIA:abc@bucket/m, s3a://***@bucket/m",
    "s3a://AKIA:ab/cd+ef@bucket/m, s3a://***@bucket/m",
    "hdfs://user@host:8020/m, hdfs://***@host:8020/m",
    "see s3a://a:b/c@d/e and hdfs://u@v/w, see s3a://***@d/e and hdfs://***@v/w",
    "https://h/m?sig=abc&x=1, https://h/m?sig=***&x=1",
    "spark.hadoop.fs.s3a.secret.key=abc, spark.hadoop.fs.s3a.secret.key=***",
    "fs.s3a.access.key=AKIA; next, fs.s3a.access.key=***; next",
    "https://h/m?X-Amz-Signature=abc&X-Amz-Security-Token=d, https://h/m?X-Amz-Signature=***&X-Amz-Security-Token=***",
    "HF_TOKEN=abc sessionToken=d, HF_TOKEN=*** sessionToken=***",
    "tokenString=abc sasSig=d SigV4=e AZURE_SIG=f, tokenString=*** sasSig=*** SigV4=*** AZURE_SIG=***",
    "AWS_SECRET_ACCESS_KEY=abc, AWS_SECRET_ACCESS_KEY=***"
  })
  void credentialsAreReplaced(String text, String expected) {
    assertThat(Redaction.redact(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hdfs://host:8020/people/a@b/model",
        "file:///models/a:b",
        "/models/someone@home/bert",
        "12:30:00 stacks: 3 of 4 done, layer-2 fit 0.4561",
        "design=3 sigma=0.5 DESIGN=3 SIGMA=1 Sigma=2",
        "max_tokens=512",
        "answer-tokenizer=/models/llama TOKENIZERS_PARALLELISM=true",
        "hdfs://host:8020/data/tokens=x/part"
      })
  void allElseIsKept(String text) {
    assertThat(Redaction.redact(text)).isEqualTo(text);
  }
}
