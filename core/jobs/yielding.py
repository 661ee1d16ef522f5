"""Lower the priority of a process on import. Runs in the process that workers are forked from, before TensorFlow.

Importing that takes seconds of a core right after the start of the server, when its first user may come. The workers
inherit the priority, so that the web server comes before trainings.
"""

import os

if hasattr(os, "nice"):
    os.nice(5)
