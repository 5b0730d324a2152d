"""Take due jobs, look at the pictures, write the reports: what a worker's child does."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
from django.db import InterfaceError, OperationalError

from aicare.environment import cores
from aicare.errors import DomainError
from imaging.errors import DamagedFile
from imaging.models import Instance
from imaging.pixels import decode
from inference import pace
from inference.classifier import Classifier, InvalidOutput, StudyPrediction, load_classifier
from inference.inputs import instances_of, is_intended
from inference.models import ClaimLost, InferenceJob, ModelVersion, OperatingPoint
from inference.packages import BrokenPackage
from inference.processes import this_process
from inference.reporting import OUTSIDE_INTENDED_USE, store_result, thresholds_of

logger = logging.getLogger(__name__)
FailureCode = InferenceJob.FailureCode


@dataclass
class Case:
    """A claimed job with what was read for it, until it has a prediction or has ended."""

    job: InferenceJob
    instances: list[Instance] = field(default_factory=list)
    pictures: list[np.ndarray] = field(default_factory=list)
    prediction: StudyPrediction | None = None
    is_open: bool = True
    """False once the job has left our hands"""


class Shelf:
    """The classifiers that this process has loaded, by digest."""

    def __init__(self, threads: int):
        self.threads = threads
        self._loaded: dict[str, Classifier] = {}

    def get(self, version: ModelVersion) -> Classifier:
        """Return the classifier; raise ``BrokenPackage`` if it is not what was published."""
        if version.digest not in self._loaded:
            self._loaded[version.digest] = load_classifier(
                version.folder, digest=version.digest, threads=self.threads
            )
            if version.mark_whole():
                logger.warning("model_whole_again %s", version)
        return self._loaded[version.digest]

    def warm(self) -> None:
        """Load the active classifiers before their first picture arrives."""
        for version in ModelVersion.objects.active():
            try:
                self.get(version)
            except BrokenPackage as error:
                report_broken(version, error)


def threads_per_child(children: int) -> int:
    return max(1, cores() // max(1, children))


def run_batch(
    shelf: Shelf, *, share: int = 1, hold: Callable[[InferenceJob], None] = lambda job: None
) -> int:
    """Claim what is due for one model and work it off; return how many jobs were claimed.

    ``hold`` is told one job of the claim as soon as it is ours, for whoever renews the lease.
    """
    jobs = InferenceJob.objects.claim(by=str(this_process()), limit=pace.BATCH, share=share)
    if not jobs:
        return 0
    hold(jobs[0])
    started = time.monotonic()
    version = jobs[0].model_version
    cases = [Case(job) for job in jobs]
    for case in cases:
        attempt(case, lambda case=case: look_at(case))
    for group in groups_of(case for case in cases if case.is_open):
        if time.monotonic() - started > pace.PATIENCE.total_seconds():
            for case in group:
                attempt(case, case.job.put_back)
        else:
            work_off(group, shelf, version)
    return len(jobs)


def look_at(case: Case) -> None:
    """Read which pictures there are; a study outside the intended use is answered without them."""
    case.instances = instances_of(case.job.study)
    if not is_intended(case.job.model_version, case.job.study):
        case.prediction = StudyPrediction((), OUTSIDE_INTENDED_USE)


def groups_of(cases: Iterable[Case]) -> Iterator[list[Case]]:
    """Yield the cases in groups that fit into memory together."""
    group, pixels = [], 0
    for case in cases:
        size = sum(one.rows * one.columns for one in case.instances)
        if group and pixels + size > pace.PIXELS_AT_ONCE:
            yield group
            group, pixels = [], 0
        group.append(case)
        pixels += size
    if group:
        yield group


def work_off(cases: list[Case], shelf: Shelf, version: ModelVersion) -> None:
    """Decode, classify and store a group of cases; what fails on the way is left out."""
    started = time.monotonic()
    point = version.current_operating_point()
    for case in cases:
        if case.prediction is None:
            attempt(case, lambda case=case: open_case(case))
    open_cases = [case for case in cases if case.is_open and case.prediction is None]
    if open_cases:
        try:
            classifier = shelf.get(version)
        except BrokenPackage as error:
            put_off(open_cases, version, error)
        else:
            classify(open_cases, classifier, point)
    seconds = (time.monotonic() - started) / len(cases)
    for case in cases:
        if case.is_open and case.prediction is not None:
            attempt(case, lambda case=case: finish(case, point, seconds))
        case.pictures = []


def open_case(case: Case) -> None:
    case.pictures = [decode(instance) for instance in case.instances]


def classify(cases: list[Case], classifier: Classifier, point: OperatingPoint | None) -> None:
    """Predict all at once; if that fails, one by one, so that only the guilty one fails."""
    if len(cases) > 1:
        try:
            predict(cases, classifier, point)
        except Exception as error:  # whatever it was, it will come again from the one it is about
            logger.info("batch_split jobs=%s %s", len(cases), type(error).__name__)
        else:
            return
    for case in cases:
        attempt(case, lambda case=case: predict([case], classifier, point))


def predict(cases: list[Case], classifier: Classifier, point: OperatingPoint | None) -> None:
    predictions = classifier.predict(
        [case.pictures for case in cases], thresholds=thresholds_of(point)
    )
    for case, prediction in zip(cases, predictions, strict=True):
        case.prediction = prediction


def finish(case: Case, point: OperatingPoint | None, seconds: float) -> None:
    store_result(
        job=case.job,
        prediction=case.prediction,
        instances=case.instances,
        operating_point=point,
        seconds=seconds,
    )


def attempt(case: Case, step: Callable[[], None]) -> None:
    """Do one step for one job; what goes wrong moves that job and nothing else."""
    try:
        try:
            step()
            return
        except DamagedFile as error:
            logger.error("picture_damaged job=%s", case.job.pk)
            case.job.record_failure(str(error))
        except DomainError as error:
            case.job.fail(FailureCode.UNREADABLE_IMAGE, str(error))
        except InvalidOutput as error:
            logger.error("invalid_output job=%s model=%s", case.job.pk, case.job.model_version)
            case.job.fail(FailureCode.INVALID_OUTPUT, str(error))
        except (ClaimLost, OperationalError, InterfaceError):
            raise
        except Exception as error:
            logger.exception("attempt_failed job=%s", case.job.pk)
            # The text of an unknown error may hold anything; its kind does not.
            case.job.record_failure(f"The analysis failed: {type(error).__name__}.")
    except ClaimLost:
        logger.warning("stale_result_discarded job=%s", case.job.pk)
    case.is_open = False


def put_off(cases: list[Case], version: ModelVersion, error: BrokenPackage) -> None:
    """Let the jobs of a broken package wait; the others that wait for it need not be tried now."""
    report_broken(version, error)
    for case in cases:
        attempt(
            case, lambda case=case: case.job.wait_for_model(f"The model is unavailable: {error}")
        )
    InferenceJob.objects.put_off(version)


def report_broken(version: ModelVersion, error: BrokenPackage) -> None:
    if version.mark_broken(str(error)):
        logger.critical("model_broken %s: %s", version, error)
