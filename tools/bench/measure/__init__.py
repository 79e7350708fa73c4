"""What `make bench` measures: one file for each question, and the small tools that all of them need."""
