"""Files and folders that are whole or not there."""

import os

from training.whole_files import written_whole


def test_a_folder_that_a_killed_process_of_the_same_number_began_is_begun_anew(tmp_path):
    begun = tmp_path / f".folder.{os.getpid()}.partial"
    begun.mkdir()
    (begun / "half").touch()
    with written_whole(tmp_path / "folder") as partial:
        partial.mkdir()
        (partial / "whole").touch()
    assert [path.name for path in tmp_path.rglob("*")] == ["folder", "whole"]
