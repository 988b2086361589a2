"""Ask the saved model: python predict.py '{"sepal_length": 5.1, ...}'."""

from __future__ import annotations

import sys

from model import ModelWrapper
from proxy import BadRequest, payload
from utils import features, model_location


def main(text: str) -> None:
    """Print what the model makes of one JSON object with the four features."""
    print("Loading model.")
    model = ModelWrapper.load(*model_location())
    try:
        data = payload({"body": text})
        print(data)
        print("Prediction:", model.predict(features(data)))
    except BadRequest as error:
        sys.exit(str(error))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
