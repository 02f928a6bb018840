"""The account on disk: a journal of the requests that changed it, and how they are played back to the same account."""
