"""job_runs: a job of the blueprint that runs before the spaces, as a resource of the program."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
from pulumi.dynamic import Resource

from ...lifecycle import Lifecycle
from ...stock_host import LifecycleProvider


def _lifecycle(config: Mapping[str, str]) -> Lifecycle:
    from ...reconcile.job_runs import JobRunLifecycle

    return JobRunLifecycle(config)


class JobRunProvider(LifecycleProvider):
    """Serves `pulumi-python:dynamic/genie:JobRun`."""

    lifecycle_factory = staticmethod(_lifecycle)


class JobRun(Resource, module="genie", name="JobRun"):
    """One run of a job to its end; another whenever `trigger` changes.

    Args:
        job_id: the workspace's number of the job.
        job: what people call it.
        trigger: a digest of all that it does.
        timeout_s: how long a run may take.
    """

    run_id: pulumi.Output[str]
    run_url: pulumi.Output[str]
    """Where people look at the run."""

    def __init__(
        self,
        name: str,
        job_id: pulumi.Input[str],
        *,
        job: str,
        trigger: str,
        timeout_s: int,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        inputs = {"job_id": job_id, "job": job, "trigger": trigger, "timeout_s": timeout_s}
        super().__init__(JobRunProvider(), name, {**inputs, "run_id": None, "run_url": None}, opts)
