"""HTML of macros: the policy, sanitising and splicing into documents."""
