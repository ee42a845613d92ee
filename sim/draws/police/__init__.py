"""What is random on the police's side."""
