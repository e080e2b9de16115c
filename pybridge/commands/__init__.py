"""What the commands do, without a terminal: values in, values out."""
