"""The parts of the job system below `core.engine`: what runs in workers, the embedded cluster, names of events."""
