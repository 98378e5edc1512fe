"""What LibreOffice makes of a file: the judge of whether an office opens it."""

import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path


def text_of(document: bytes, suffix: str) -> str:
    """Return the text of a document that LibreOffice opened and printed to PDF."""
    soffice, pdftotext = shutil.which("soffice"), shutil.which("pdftotext")
    if soffice is None or pdftotext is None:
        missing = "LibreOffice or pdftotext is not on this machine."
        if os.environ.get("CI") == "true":
            raise FileNotFoundError(missing)
        raise unittest.SkipTest(missing)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / f"it{suffix}").write_bytes(document)
        subprocess.run(
            [
                soffice,
                f"-env:UserInstallation=file://{folder}/profile",
                "--headless",
                "--convert-to",
                "pdf",
                "--outdir",
                str(folder),
                str(folder / f"it{suffix}"),
            ],
            check=True,
            capture_output=True,
            timeout=180,
        )
        done = subprocess.run(
            [pdftotext, "-layout", str(folder / "it.pdf"), "-"],
            check=True,
            capture_output=True,
            timeout=60,
        )
        return done.stdout.decode()
