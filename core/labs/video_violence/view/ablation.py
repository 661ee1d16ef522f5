"""Draw the ablation study: the way from the report's inputs to the included network."""

from core.labs.video_violence import ablation as measured
from core.ui import tables


def ablation() -> None:
    """Draw the study."""
    tables.only_study(measured.STUDY, "accuracy, %", 1, WORDS)


WORDS = (
    "Test accuracy is the mean over five folds by source video, at a threshold of 0.5; there is no validation set. The "
    "first four steps are linear (ridge) classifiers, which have no random seed, on maps of MobileNetV2 frozen with "
    "ImageNet weights: mean and standard deviation over the differences. The last two are the included network, "
    "without and with the motion-magnitude features. The first step reads the report's ten differences of adjacent "
    "frames, at 160 × 160 pixels; the report's own network, ResNet50 with 61,467,261 parameters, was not trained for "
    "this. Input and network were chosen in view of the same folds, so that other clips will do worse."
)
