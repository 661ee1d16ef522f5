"""How recurrent networks are wired: one to many, many to one, bidirectional."""
