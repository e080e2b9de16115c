"""Commands that run processes: `pybridge python`, `pybridge runtimes`."""
