"""One trial after the other: stopped early, shared by processes, killed and taken up again."""

import signal
import subprocess
import sys
from types import SimpleNamespace

import optuna
import pytest
from optuna.distributions import FloatDistribution
from optuna.trial import TrialState

from tests.servers import postgresql
from tests.training.search.driver import PretendedTraining, open_for, search_in
from training.errors import TrainingError
from training.search import trials
from training.search.studies import open_study, put_back, sqlite_url
from training.search.trials import epoch_that_is_kept, run_trials


@pytest.fixture
def url(tmp_path):
    return sqlite_url(tmp_path / "studies.sqlite3")


def run(search, url):
    study = open_for(search, url)
    run_trials(study, search, url=url)
    return study


def start(url, folder, *arguments):
    return subprocess.Popen(
        [sys.executable, "-m", "tests.training.search.driver", url, folder, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def states(study):
    return [trial.state.name for trial in study.trials]


def test_as_many_trials_as_planned_and_no_more(tmp_path, url):
    study = run(search_in(tmp_path, trials=3), url)
    assert states(study) == ["COMPLETE"] * 3
    run(search_in(tmp_path, trials=3), url)
    assert len(study.trials) == 3
    assert states(run(search_in(tmp_path, trials=4), url)) == ["COMPLETE"] * 4


def test_a_figure_is_that_of_the_network_which_a_run_keeps(tmp_path, url):
    history = [
        {"epoch": 1, "val_calibrated_loss": 0.5, "val_macro_auc": 0.9},
        {"epoch": 2, "val_calibrated_loss": 0.4, "val_macro_auc": 0.8},
        {"epoch": 3, "val_calibrated_loss": float("nan"), "val_macro_auc": 0.95},
    ]
    assert epoch_that_is_kept(history)["val_macro_auc"] == 0.8


def test_what_is_not_promising_is_stopped_early(tmp_path, url):
    said = []
    search = search_in(tmp_path, trials=12, pruning="median", say=said.append)
    study = run(search, url)
    pruned = [trial for trial in study.trials if trial.state == TrialState.PRUNED]
    assert pruned
    assert all(1 <= len(trial.intermediate_values) < 4 for trial in pruned)
    assert any("stopped after epoch" in line for line in said)


def test_settings_that_do_not_go_together_fail_their_trial_and_not_the_search(tmp_path, url):
    said = []
    search = search_in(tmp_path, trials=2, trainer=PretendedTraining(refuses=True), say=said.append)
    assert states(run(search, url)) == ["FAIL", "FAIL"]
    assert "Trial 1 failed: These settings do not go together." in said


def test_a_trial_leaves_no_checkpoint_behind(tmp_path, url):
    run(search_in(tmp_path, trials=2, pruning="median"), url)
    assert list((tmp_path / "trials").iterdir()) == []


def test_when_time_is_up_the_trial_in_hand_waits_and_goes_on_after_its_last_epoch(
    tmp_path, url, monkeypatch
):
    clock, epochs = SimpleNamespace(now=0.0), []
    monkeypatch.setattr(trials, "time", SimpleNamespace(monotonic=lambda: clock.now))

    def two_minutes_an_epoch(recipe, folder, on_epoch):
        def tell(row):
            clock.now += 2
            epochs.append(row["epoch"])
            on_epoch(row)

        return PretendedTraining()(recipe, folder, tell)

    search = search_in(tmp_path, trials=1, trainer=two_minutes_an_epoch, deadline=3)
    study = run(search, url)
    assert states(study) == ["FAIL", "WAITING"]
    assert epochs == [1, 2]
    study = run(search_in(tmp_path, trials=1, trainer=two_minutes_an_epoch), url)
    assert states(study) == ["FAIL", "COMPLETE"]
    assert study.trials[1].params == study.trials[0].params
    # The two epochs that were kept are told again, the others are trained.
    assert epochs == [1, 2, 1, 2, 3, 4]
    assert study.trials[1].intermediate_values.keys() == {1, 2, 3, 4}


def test_an_interrupted_trial_waits_to_be_taken_up_again(tmp_path, url):
    def interrupted(recipe, folder, on_epoch):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(search_in(tmp_path, trials=1, trainer=interrupted), url)
    study = run(search_in(tmp_path, trials=1), url)
    assert states(study) == ["FAIL", "COMPLETE"]
    assert study.trials[0].params == study.trials[1].params


def test_a_trial_that_runs_elsewhere_is_left_alone_while_it_gives_signs_of_life(tmp_path, url):
    said = []
    search = search_in(tmp_path, trials=1, say=said.append, grace_seconds=0)
    study = open_for(search, url)
    other = study.ask()
    other.set_user_attr("process", "elsewhere:1")
    run_trials(study, search, url=url)
    assert said == ["1 of the trials run elsewhere: waiting for a sign of life."]
    assert states(study) == ["RUNNING"]


def test_interruptions_do_not_use_up_the_one_retry_after_a_death(tmp_path, url):
    study = open_for(search_in(tmp_path, trials=1), url)
    study.add_trial(optuna.create_trial(state=TrialState.FAIL))
    for number, (died, waits) in enumerate(
        [(False, True), (False, True), (True, True), (True, False)]
    ):
        put_back(study, study.trials[number], died=died)
        assert (len(study.trials) == number + 2) == waits
    assert states(study) == ["FAIL", "WAITING", "WAITING", "WAITING"]


def check_that_two_share(url, tmp_path):
    pair = [start(url, tmp_path / name, "--trials", 8, "--seconds", 0.03) for name in "ab"]
    for process in pair:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
    study = open_for(search_in(tmp_path, trials=8), url)
    assert states(study) == ["COMPLETE"] * len(study.trials)
    # Both may begin a last one in the same moment.
    assert 8 <= len(study.trials) <= 9
    workers = {trial.user_attrs["process"] for trial in study.trials}
    assert len(workers) == 2


@pytest.mark.slow
def test_two_processes_share_a_study(tmp_path, url):
    check_that_two_share(url, tmp_path)


@pytest.mark.slow
def test_two_processes_share_a_study_in_postgresql(tmp_path):
    with postgresql() as address:
        check_that_two_share(address, tmp_path)


@pytest.mark.slow
def test_a_killed_process_loses_its_trial_only_once(tmp_path, url):
    """The trial is marked failed and taken up again; killed again, it is given up."""
    for _ in range(2):
        process = start(url, tmp_path, "--trials", 1, "--seconds", 0.2)
        for line in process.stdout:
            if line.startswith("epoch"):
                process.send_signal(signal.SIGKILL)
                break
        process.communicate()
    process = start(url, tmp_path, "--trials", 1)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    study = open_for(search_in(tmp_path, trials=1), url)
    assert states(study) == ["FAIL", "FAIL", "COMPLETE"]
    assert study.trials[0].params == study.trials[1].params
    assert study.trials[2].params != study.trials[0].params


@pytest.mark.slow
def test_two_processes_do_not_take_up_the_same_trial(tmp_path, url):
    search = search_in(tmp_path, trials=4)
    study = open_for(search, url)
    varied = {
        one.name: FloatDistribution(one.low, one.high, log=one.log) for one in search.plan.varied
    }
    trial = study.ask(varied)
    study.tell(trial, state=TrialState.FAIL)
    put_back(study, study.trials[0])
    pair = [start(url, tmp_path / name, "--trials", 6, "--seconds", 0.05) for name in "ab"]
    for process in pair:
        assert process.wait(60) == 0
    again = [trial for trial in study.trials[1:] if trial.params == study.trials[0].params]
    assert len(again) == 1


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("postgresql://user:secret@127.0.0.1:1/nowhere", r"user:\*\*\*@127.0.0.1.*refused"),
        ("sqlite:////proc/nowhere/studies.sqlite3", "cannot be used"),
        ("nonsense", "cannot be used"),
        ("magic://host/name", "cannot be used"),
    ],
)
def test_a_database_that_cannot_be_reached_is_one_clear_line(tmp_path, url, reason):
    with pytest.raises(TrainingError, match=reason) as caught:
        open_for(search_in(tmp_path, trials=1), url)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_study_of_another_recipe_is_not_continued(tmp_path, url):
    plan = search_in(tmp_path, trials=1).plan
    open_study(url, "invented", plan, "one subject", epochs=4)
    with pytest.raises(TrainingError, match="another recipe or other data"):
        open_study(url, "invented", plan, "another subject", epochs=4)
