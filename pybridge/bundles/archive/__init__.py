"""ZIP archives in one exact form: written, and read within bounds."""
