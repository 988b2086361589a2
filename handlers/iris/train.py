"""Train the model and save it on S3: python train.py."""

from __future__ import annotations

from model import ModelWrapper
from sklearn.datasets import load_iris
from utils import model_location


def main() -> None:
    """Train on the 150 flowers that come with scikit-learn."""
    bucket, key = model_location()
    print("Loading data.")
    iris = load_iris()
    print("Creating model.")
    model = ModelWrapper(iris.target_names)
    print(f"Fitting model with {len(iris.data)} datapoints.")
    model.train(iris.data, iris.target)
    print("Saving model.")
    model.save(bucket, key)


if __name__ == "__main__":
    main()
