"""The job system, by the process in which a module runs.

- web process: `engine` (jobs and calls), `known` (the table of jobs), `shares` (who is next), `calls`, `pool` (workers
  and client), `cluster` (boots the embedded cluster)
- workers: `worker`
- scheduler: `scheduler`, whose functions are sent there
- all of them: `job` (what a job is, and the life of its parts), `events`, `scratch` (temporary folders), `compat`, and
  `processes`, which starts helpers apart from the workers
"""

from core.messages import Messages

messages = Messages(__file__)
