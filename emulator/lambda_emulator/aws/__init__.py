"""Stand-ins for AWS, which hold the state that functions read and write."""
