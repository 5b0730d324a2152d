"""What a person sees while a network learns: a line, a table, curves, TensorBoard if wanted."""

import csv
import io
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TextIO

import matplotlib as mpl
import tensorflow as tf
from matplotlib.figure import Figure

from training.checkpoints import Checkpoint
from training.config import Recipe
from training.whole_files import write_whole, written_whole

LOG, CURVES = "log.csv", "curves.svg"
COLUMNS = (
    "epoch", "stage", "train_loss", "val_loss", "val_calibrated_loss", "val_balanced_accuracy",
    "val_macro_auc", "learning_rate", "seconds",
)  # fmt: skip
SECONDS_BETWEEN_SHOWS = 0.5
SECONDS_BETWEEN_CURVES = 5.0


class Monitor:
    """Writes and shows how a run goes; a process that is not the chief (``say`` None) is silent."""

    def __init__(
        self,
        recipe: Recipe,
        folder: Path,
        say: Callable[[str], None] | None,
        history: Sequence[dict[str, Any]],
        terminal: TextIO = sys.stderr,
    ) -> None:
        self.recipe, self.folder, self.say, self.terminal = recipe, folder, say, terminal
        self.is_live = say is not None and terminal.isatty()
        self.epoch_began = self.shown_at = time.monotonic()
        self.curves_at, self.board = 0.0, None
        if not say:
            return
        if history:
            say(f"Going on after epoch {len(history)} of {recipe.epochs}.")
        write_log(folder / LOG, history)
        if recipe.training.tensorboard:
            self.board = tf.summary.create_file_writer(str(folder / "tensorboard"))

    def show_step(self, state: Checkpoint, step: int, steps: int) -> None:
        """Show on a terminal how far the epoch is."""
        now = time.monotonic()
        if step == 1:
            self.epoch_began = now
        if not self.is_live or now - self.shown_at < SECONDS_BETWEEN_SHOWS or step == 1:
            return
        self.shown_at = now
        a_step = (now - self.epoch_began) / (step - 1)
        rate = self.recipe.training.batch_size / a_step
        last = state.epoch + epochs_to_come(state, self.recipe)
        self._rewrite(
            f"epoch {state.epoch + 1:3d}/{last}: {step}/{steps} steps, "
            f"{rate:.0f} pictures/s, {duration((steps - step) * a_step)} left of the epoch"
        )

    def end_epoch(self, state: Checkpoint) -> None:
        """Add the epoch to the table and the curves, and say how it went."""
        if not self.say:
            return
        row = state.history[-1]
        append_to_log(self.folder / LOG, row)
        if self.board:
            with self.board.as_default(step=state.epoch):
                for name in COLUMNS[2:]:
                    tf.summary.scalar(name, row[name])
        if time.monotonic() - self.curves_at > SECONDS_BETWEEN_CURVES:
            write_curves(self.folder / CURVES, state.history)
            self.curves_at = time.monotonic()
        self._rewrite("")
        self.say(line_of(state, self.recipe))

    def close(self, state: Checkpoint) -> None:
        """Bring the curves up to date and close the board."""
        if self.say and state.history:
            write_curves(self.folder / CURVES, state.history)
        if self.board:
            self.board.close()

    def _rewrite(self, line: str) -> None:
        if self.is_live:
            self.terminal.write(f"\r\033[K{line}")
            self.terminal.flush()


def line_of(state: Checkpoint, recipe: Recipe) -> str:
    """Return one line: where we are, how good it is, how long it will take at most."""
    row = state.history[-1]
    recent = [entry["seconds"] for entry in state.history[-5:]]
    to_come = epochs_to_come(state, recipe)
    left = to_come * sum(recent) / len(recent)
    return (
        f"epoch {state.epoch:3d}/{state.epoch + to_come} {row['stage']}: "
        f"loss {row['train_loss']:.3f}, "
        f"validation loss {row['val_loss']:.3f}, calibrated "
        f"{row['val_calibrated_loss']:.3f}, balanced accuracy "
        f"{row['val_balanced_accuracy']:.3f}, AUC {row['val_macro_auc']:.4f}"
        f"{' *' if state.is_best else ''}; {row['seconds']:.1f} s, "
        f"{row['pictures'] / row['seconds']:.0f} pictures/s, at most {duration(left)} left"
    )


def epochs_to_come(state: Checkpoint, recipe: Recipe) -> int:
    """Return how many epochs are left at most; a stage that was cut short leaves fewer."""
    waited, stage = state.epoch - state.best_epoch, recipe.stages[state.stage]
    if waited >= recipe.training.patience:
        return 0
    of_stage = 0
    if not state.is_through(stage, recipe.training.patience):
        of_stage = stage.epochs - state.stage_epoch
    return of_stage + sum(one.epochs for one in recipe.stages[state.stage + 1 :])


def duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"


def write_log(path: Path, history: Sequence[dict[str, Any]]) -> None:
    """Write the table anew: a killed run may have left a row more or less than its checkpoint."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([row.get(name, "") for name in COLUMNS] for row in history)
    write_whole(path, text.getvalue())


def append_to_log(path: Path, row: dict[str, Any]) -> None:
    """Add one row in one write, so that whoever reads meanwhile sees whole rows."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow([row.get(name, "") for name in COLUMNS])
    with path.open("a") as handle:
        handle.write(text.getvalue())


def write_curves(path: Path, history: Sequence[dict[str, Any]]) -> None:
    """Draw loss, accuracy and AUC over the epochs; a dotted line where a stage begins."""
    figure = Figure(figsize=(9, 3.4), layout="constrained")
    epochs = [row["epoch"] for row in history]
    begins = [
        b["epoch"] - 0.5
        for a, b in zip(history, history[1:], strict=False)
        if a["stage"] != b["stage"]
    ]
    panels = (
        (
            "Loss",
            {
                "train_loss": "training, as augmented",
                "val_loss": "validation, balanced",
                "val_calibrated_loss": "the same, calibrated: the least is kept",
            },
        ),
        (
            "Validation",
            {"val_balanced_accuracy": "balanced accuracy", "val_macro_auc": "mean AUC"},
        ),
    )
    for axes, (title, lines) in zip(figure.subplots(1, 2), panels, strict=True):
        for name, words in lines.items():
            marker = "." if len(epochs) < 20 else None
            axes.plot(
                epochs, [row.get(name, float("nan")) for row in history], label=words, marker=marker
            )
        for begin in begins:
            axes.axvline(begin, color="grey", linewidth=0.8, linestyle=":")
        axes.set_title(title, fontsize=10)
        axes.set_xlabel("Epoch")
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.legend(fontsize=8)
    with mpl.rc_context({"svg.hashsalt": "curves"}), written_whole(path) as partial:
        figure.savefig(partial, format="svg", metadata={"Date": None})
