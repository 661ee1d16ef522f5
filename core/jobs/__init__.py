"""Parts of the job system below `core.engine`: code that runs in workers, the embedded cluster, names of events."""
