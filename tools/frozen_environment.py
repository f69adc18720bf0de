"""Runs before anything else in the folder with its own Python: docker and other programs get the environment that the person has.

PyInstaller's loader has set where its own libraries are, for the process that it became. The system's programs would load those, too.
"""

import os

_before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
os.environ.pop("LD_LIBRARY_PATH", None)
if _before is not None:
    os.environ["LD_LIBRARY_PATH"] = _before
for _name in [name for name in os.environ if name.startswith("_PYI_")]:
    del os.environ[_name]
