"""One run of code: what it is given, the program around it in the sandbox, what comes out."""
