"""The settings file."""

from pathlib import Path

import pytest

from consentry.config import Config, load
from consentry.model.errors import InputError


def written(folder: Path, text: str) -> Path:
    """Write ``text`` as the folder's settings file."""
    file = folder / "consentry.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_no_file_means_defaults(tmp_path: Path) -> None:
    """A data folder without a settings file gets the defaults."""
    assert load(tmp_path) == Config(data=tmp_path)
    assert load(tmp_path).recordings_folder == tmp_path / "recordings"


def test_every_setting_is_read(tmp_path: Path) -> None:
    """Every setting of the file arrives; a relative recordings folder lies in the data folder."""
    written(
        tmp_path,
        'host = "0.0.0.0"\nport = 9000\nhosts = ["cams.example"]\nrecordings = "disk"\n'
        "keep_free_gigabytes = 2\ndetect = false\n",
    )
    assert load(tmp_path) == Config(
        data=tmp_path,
        host="0.0.0.0",  # noqa: S104 - what the file says
        port=9000,
        hosts=("cams.example",),
        recordings=tmp_path / "disk",
        keep_free_gigabytes=2.0,
        detect=False,
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('# mine\n\nport = "x"\n', "port in consentry.toml line 3 must be a whole number"),
        ("port = 70000\n", "port in consentry.toml line 1 must be a whole number"),
        ("port = true\n", "port in consentry.toml line 1 must be a whole number"),
        ("host = 3\n", "host in consentry.toml line 1 must be a text"),
        ("hosts = [1]\n", "hosts in consentry.toml line 1 must be a list of texts"),
        ("detect = 1\n", "detect in consentry.toml line 1 must be true or false"),
        ("keep_free_gigabytes = -1\n", "keep_free_gigabytes in consentry.toml line 1 must be"),
        ("keep_free_gigabytes = nan\n", "keep_free_gigabytes in consentry.toml line 1 must be"),
        ("keep_free_gigabytes = inf\n", "keep_free_gigabytes in consentry.toml line 1 must be"),
        ('recordings = "a\\u0000b"\n', "recordings in consentry.toml line 1 must be a text"),
        ("port = 1\nprot = 2\n", "prot in consentry.toml line 2 is not a setting"),
        ("[server]\nport = 1\n", "server in consentry.toml line 1 is not a setting"),
        ("port = \n", "consentry.toml is not valid TOML: Invalid value (at line 1"),
    ],
)
def test_errors_name_file_line_and_key(tmp_path: Path, text: str, sentence: str) -> None:
    """What is wrong in the file is one sentence with file, line and key."""
    written(tmp_path, text)
    with pytest.raises(InputError) as caught:
        load(tmp_path)
    assert str(caught.value).startswith(sentence)


def test_unreadable_files_are_named(tmp_path: Path) -> None:
    """A file that is missing, a folder or not text is one sentence with its path."""
    with pytest.raises(InputError, match=r"Cannot read the settings file .*nowhere"):
        load(tmp_path, file=tmp_path / "nowhere")
    with pytest.raises(InputError, match="Cannot read the settings file"):
        load(tmp_path, file=tmp_path)
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match="not UTF-8"):
        load(tmp_path, file=binary)


def test_a_certificate_and_its_key_belong_together(tmp_path: Path) -> None:
    """One without the other is named with its line; both are read, relative to the data folder."""
    file = tmp_path / "consentry.toml"
    file.write_text('certificate = "chain.pem"\n')
    with pytest.raises(InputError, match="line 1 needs certificate_key beside it"):
        load(tmp_path)
    file.write_text('certificate = "chain.pem"\ncertificate_key = "/etc/key.pem"\n')
    config = load(tmp_path)
    assert (config.certificate, config.certificate_key) == (
        tmp_path / "chain.pem",
        Path("/etc/key.pem"),
    )
