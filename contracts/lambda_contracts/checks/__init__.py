"""What can be checked of a function: each check turns outcomes into findings."""
