"""What can be sold: a folder of `.cpq` and `.csv` files becomes a proven `Catalog`, or diagnostics.

`load` is pure: files in, catalog and problems out. `read_folder` is the one place that touches the disk.
"""

from catalogs.effectivity import Slice, choices_on, in_effect, options_on, slices
from catalogs.folder import read_folder
from catalogs.loader import Loaded, load, load_folder
from catalogs.model import Catalog
from catalogs.scaffold import scaffold

__all__ = [
    "Catalog", "Loaded", "Slice", "choices_on", "in_effect", "load", "load_folder", "options_on", "read_folder",
    "scaffold", "slices",
]  # fmt: skip
