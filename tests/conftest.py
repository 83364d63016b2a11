"""What all tests share: the public data beside the checkout, and a fixed seed for generated cases in CI."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "catalogs" / "examples"

settings.register_profile(
    "ci", derandomize=True, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("local", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ci" if os.environ.get("CI") else "local")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of public data and samples; where it is absent its tests skip, but never in CI."""
    folder = Path(os.environ.get("CPQ_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        if os.environ.get("CI"):
            pytest.fail("the public data is missing in CI: set CPQ_SHARED")
        pytest.skip("needs the public data; set CPQ_SHARED to its folder")
    return folder
