"""A search that trains nothing, as a process: python -m tests.training.search.driver …"""

import argparse
import json
import time
from dataclasses import dataclass, replace
from pathlib import Path

from tests.training.search.recipes import SHORT_RECIPE_TO_SEARCH
from training.config import parse_recipe
from training.errors import TrainingError
from training.search.space import read_plan
from training.search.studies import open_study
from training.search.trials import Search, run_trials

EPOCHS = 4
BEST_DROPOUT = 0.25


@dataclass(frozen=True)
class PretendedTraining:
    """The loss falls every epoch, the lower the nearer dropout is to the best."""

    seconds: float = 0.0
    refuses: bool = False

    def __call__(self, recipe, folder, on_epoch):
        if self.refuses:
            raise TrainingError("These settings do not go together.\nAt all.")
        kept = folder / "history.json"
        history = json.loads(kept.read_text()) if kept.exists() else []
        for row in history:
            on_epoch(row)
        for epoch in range(len(history) + 1, EPOCHS + 1):
            time.sleep(self.seconds)
            loss = abs(recipe.network.dropout - BEST_DROPOUT) + 1 / epoch
            history.append({"epoch": epoch, "val_calibrated_loss": loss, "val_macro_auc": 1 - loss})
            kept.write_text(json.dumps(history))
            print(f"epoch {epoch}", flush=True)
            on_epoch(history[-1])
        return history


def search_in(folder: Path, *, trials: int, trainer=None, say=print, **more) -> Search:
    recipe = parse_recipe(SHORT_RECIPE_TO_SEARCH, "recipe.toml")
    plan = replace(read_plan(recipe), trials=trials, pruning=more.pop("pruning", "none"))
    return Search(recipe, plan, trainer or PretendedTraining(), folder, say, **more)


def open_for(search: Search, url: str):
    return open_study(
        url, "invented", search.plan, "subject", epochs=EPOCHS, heartbeat_seconds=1, grace_seconds=2
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--trials", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=0.0)
    given = parser.parse_args()
    search = search_in(
        given.folder,
        trials=given.trials,
        trainer=PretendedTraining(given.seconds),
        say=lambda line: print(line, flush=True),
        grace_seconds=3,
    )
    run_trials(open_for(search, given.url), search, url=given.url)


if __name__ == "__main__":
    main()
