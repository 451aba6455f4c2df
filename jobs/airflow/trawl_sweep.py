"""Sweeps edits of a model every night, and publishes the best one if it helps.

Two DAGs for Airflow 3.3 and newer, which differ in how they reach the cluster:

* trawl_sweep: spark-submit of the connection spark_default (provider apache-airflow-providers-apache-spark)
* trawl_sweep_kubernetes: the Spark operator of Kubeflow, by the manifest of jobs/kubernetes
  (provider apache-airflow-providers-cncf-kubernetes); there only if TRAWL_MANIFEST names that

Unpause one of them: both write to the same output. A sweep goes on where it stopped, so a task may be retried at any
time. What it found is read from its --summary; the winner is written only if its p value and its interval on the test
examples say that it helps.

Variables of the environment of workers and DAG processor: TRAWL_JAR, the jar as the cluster knows it; TRAWL_YARN=1 if
spark_default is a YARN cluster in cluster mode; TRAWL_MANIFEST, such as
/opt/trawl/jobs/kubernetes/spark-operator/sweep.yaml; HADOOP_HOME, if results are on HDFS.
"""

from __future__ import annotations

import copy
import json
import os
import subprocess
from datetime import datetime, timedelta
from pathlib import Path

from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator
from airflow.sdk import DAG, ObjectStoragePath, Param, task

JAR = os.environ.get("TRAWL_JAR", "local:///opt/trawl/target/trawl.jar")
MANIFEST = os.environ.get("TRAWL_MANIFEST")
MAIN = "io.github.trawl.cli.Main"

# A file of the sweep beside its results, which a retry replaces.
SUMMARY = "{{ params.output }}/summary.json"

CHECK = [SUMMARY, "{{ params.largest_p }}", "{{ params.publish_to }}"]

PARAMS = {
    "model": Param("s3a://models/llama-2-7b", type="string", description="Checkpoint to edit."),
    "grid": Param("s3a://models/sweeps/grid.yaml", type="string", description="Configuration of the sweep, with the key grid."),
    "output": Param("s3a://models/sweeps/llama-2-7b", type="string", description="Directory of the sweep; keep it from run to run."),
    "publish_to": Param("s3a://models/llama-2-7b-denoised", type="string", description="Where the winner is written, with its card."),
    "off_heap": Param("32g", type="string", pattern="^[0-9]+g$", description="--memory.off-heap of a process: the model in float32 and more."),
    "largest_p": Param(0.05, type="number", minimum=0, maximum=1, description="Publishes nothing above this p."),
}

SWEEP = [
    "sweep",
    "--config={{ params.grid }}",
    "--model={{ params.model }}",
    "--output={{ params.output }}",
    "--memory.off-heap={{ params.off_heap }}",
    f"--summary={SUMMARY}",
]

PUBLISH = [
    "denoise",
    "--from-sweep={{ params.output }}",
    "--model={{ params.model }}",
    "--output={{ params.publish_to }}",
    "--memory.off-heap={{ params.off_heap }}",
    # Another point may win once the grid has grown. The same one is not written again: the check sees to that.
    "--overwrite=true",
    "--summary={{ params.output }}/published.json",
]

# Of trawl_sweep, for 7 billion weights; docs/sizing.md has others. A standalone cluster takes total_executor_cores in
# place of num_executors.
EXECUTORS = {"num_executors": 4, "executor_cores": 8, "executor_memory": "4g", "driver_memory": "2g"}

# Of the sweep: 0 if the grid has stop rules, since what they end counts as failed, and a retry begins its hours anew. The
# same rules make each night that they end a failed one: no on_failure_callback then (docs/scheduling.md).
SWEEP_RETRIES = 2

COMMON = {
    "schedule": "0 22 * * *",
    "start_date": datetime(2026, 1, 1),
    "catchup": False,
    # Only one run may use an output.
    "max_active_runs": 1,
    "params": PARAMS,
    "tags": ["trawl"],
    "default_args": {"retries": 2, "retry_delay": timedelta(minutes=15)},
    "doc_md": __doc__,
}


def sweep(executors: int | None, cores: int | None) -> list[str]:
    """The arguments of the sweep. What it runs on is for the guard that refuses a grid of more than two weeks."""
    return SWEEP + ([f"--executors={executors}", f"--cores={cores}"] if executors and cores else [])


def verdict(summary: dict, largest_p: float) -> tuple[bool, str]:
    """Whether the winner of a sweep is worth publishing, and why."""
    if summary["state"] != "done":
        return False, f"the sweep is {summary['state']}: {summary.get('error', '')}"
    best = summary.get("best")
    if best is None:
        return False, "no point is as good as the unmodified model"
    what = f"{best['point']}: {best['difference']:+.4f} {best['metric']} on {best['examples']} {best['split']} examples, p {best['p']:.4f}"
    return best["helps"] and best["p"] <= largest_p, what


def name(place: str) -> str:
    """The last part of a place."""
    return place.rstrip("/").rsplit("/", 1)[-1]


def there(publish_to: str, summary: dict) -> bool:
    """Whether the winner was written already: the same point of this sweep, with a grid of the same size."""
    try:
        swept = json.loads(read(publish_to.rstrip("/") + "/trawl.json"))["sweep"]
        found = swept["name"], swept["planned"], swept["point"]["id"]
    except (OSError, ValueError, LookupError, subprocess.CalledProcessError):
        return False
    return found == (name(summary["output"]), summary["sweep"]["planned"], summary["best"]["point"])


def read(place: str) -> str:
    """The text of a file. HDFS, of which Airflow knows nothing, is read by Hadoop's own command."""
    if place.startswith(("hdfs://", "viewfs://")):
        hadoop = Path(os.environ["HADOOP_HOME"], "bin", "hadoop") if "HADOOP_HOME" in os.environ else "hadoop"
        try:
            return subprocess.run([hadoop, "fs", "-cat", place], check=True, capture_output=True, text=True).stdout
        except subprocess.CalledProcessError as error:
            print(error.stderr)
            raise
    if place.startswith(("s3a://", "s3://")):
        # Airflow reads S3 as s3://, Hadoop as s3a://. Without the connection the worker's own credentials count.
        return ObjectStoragePath("s3://" + place.split("://", 1)[1], conn_id="aws_default").read_text()
    return ObjectStoragePath(place).read_text()


@task.short_circuit(task_id="check")
def check(summary: str, largest_p: str, publish_to: str) -> bool:
    """Lets the publication go on if the winner helps, and is not there already."""
    told = json.loads(read(summary))
    helps, why = verdict(told, float(largest_p))
    if helps and there(publish_to, told):
        helps, why = False, f"{publish_to} holds this winner already: {why}"
    print(("publishing " if helps else "not publishing: ") + why)
    return helps


with DAG("trawl_sweep", **COMMON):

    def submit(task_id: str, arguments: list[str], output: str, **options) -> SparkSubmitOperator:
        return SparkSubmitOperator(
            task_id=task_id,
            application=JAR,
            java_class=MAIN,
            application_args=arguments,
            # As jobs/trawl calls a sweep: by the last parts of model and output.
            name=f"trawl {task_id} " + " ".join(f"{{{{ params.{each}.rstrip('/').rsplit('/', 1)[-1] }}}}" for each in ("model", output)),
            conf={
                # Memory for --memory.off-heap and copies of edited weights: docs/sizing.md.
                "spark.executor.memoryOverhead": "{{ params.off_heap[:-1] | int + 4 }}g",
                # Airflow starts it again, not YARN.
                "spark.yarn.maxAppAttempts": "1",
            },
            # In cluster mode a retry finds the driver that is still at work; YARN is asked through its resource manager.
            durable=True,
            **({"yarn_track_via_rm_api": True} if os.environ.get("TRAWL_YARN") else {}),
            **EXECUTORS,
            **options,
        )

    cores = EXECUTORS.get("executor_cores")
    executors = EXECUTORS.get("num_executors") or EXECUTORS.get("total_executor_cores", 0) // (cores or 1)
    submit("sweep", sweep(executors, cores), "output", retries=SWEEP_RETRIES) >> check(*CHECK) >> submit("publish", PUBLISH, "publish_to")


if MANIFEST:
    import yaml
    from airflow.providers.cncf.kubernetes.operators.spark_kubernetes import SparkKubernetesOperator

    APPLICATION = next(each for each in yaml.safe_load_all(Path(MANIFEST).read_text()) if each["kind"] == "SparkApplication")

    def application(name: str, arguments: list[str]) -> dict:
        """The application of the manifest with other arguments. Airflow starts it again, not the operator."""
        made = copy.deepcopy(APPLICATION)
        made["metadata"]["name"] = name
        made["spec"]["arguments"] = arguments
        made["spec"]["restartPolicy"] = {"type": "Never"}
        # The grid is a parameter here, so that the manifest's ConfigMap need not be there.
        for holder, key in ((made["spec"], "volumes"), (made["spec"]["driver"], "volumeMounts")):
            holder[key] = [each for each in holder.get(key, []) if each["name"] != "sweep"]
        return made

    with DAG("trawl_sweep_kubernetes", **COMMON):

        def apply(task_id: str, arguments: list[str], **options) -> SparkKubernetesOperator:
            return SparkKubernetesOperator(
                task_id=task_id,
                namespace=APPLICATION["metadata"]["namespace"],
                template_spec={"spark": application(f"trawl-{task_id}", arguments)},
                # A deferred one starts a second, empty pod; a retry finds the driver that is still at work.
                deferrable=False,
                reattach_on_restart=True,
                **options,
            )

        executor = APPLICATION["spec"]["executor"]
        apply("sweep", sweep(executor["instances"], executor["cores"]), retries=SWEEP_RETRIES) >> check(*CHECK) >> apply("publish", PUBLISH)
