"""The libraries on whose numbers an order depends, kept with each ranking."""

import numpy as np
import scipy
import sklearn


def versions() -> dict[str, str]:
    """Return the version of each."""
    return {
        "scikit-learn": sklearn.__version__,
        "numpy": np.__version__,
        "scipy": scipy.__version__,
    }
