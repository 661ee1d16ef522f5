"""The job system: the engine of the web server, the code that runs in workers, the embedded cluster, events."""
