"""data: commands for files of data: look into them, convert them, load them, and the files of Volumes."""
