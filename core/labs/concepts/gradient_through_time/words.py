"""Name the topics of the lab, and explain a control."""

SCENE_NAMES = {
    "one unit": "SimpleRNN, one unit",
    "matrix": "SimpleRNN, matrix U",
    "LSTM": "LSTM",
    "clipping": "Gradient clipping",
    "cliff": "Exploding gradient (cliff)",
}
KINDS_HELP = (
    "Random: normally distributed weights, scaled. Rotation: a scaled rotation matrix. Shear: the spectral radius on "
    "the diagonal and ones above it; its powers can grow at first although the spectral radius is below 1."
)
MOST = "Largest norm, or largest magnitude of a component, that a clipped gradient can have."
CLIPS = "By value: each component is limited. By norm: the whole gradient is scaled, so its direction is kept."
START = "Where gradient descent starts."
MANY = "How many of 100 random starting points converge with each kind of clipping."
FACTS = {
    "one unit": "h_{t+1} = σ(W x + U h_t)",
    "matrix": "Jacobians diag(σ') U",
    "LSTM": "Jacobians of (h, c)",
    "clipping": "clipping by value and by norm",
    "cliff": "(h_T − 0.7)², h_{t+1} = σ(u h_t + b)",
}
