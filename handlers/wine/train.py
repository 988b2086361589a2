"""Train the model and put it on S3: python train.py."""

from __future__ import annotations

import model
from sklearn.datasets import load_wine
from sklearn.tree import DecisionTreeClassifier

if __name__ == "__main__":
    wines = load_wine()
    intensity = wines.data[:, [wines.feature_names.index("color_intensity")]]
    classifier = DecisionTreeClassifier(max_depth=2, random_state=0).fit(intensity, wines.target)
    print(f"{classifier.score(intensity, wines.target):.0%} of {len(wines.target)} wines are told rightly.")
    model.save(classifier)
