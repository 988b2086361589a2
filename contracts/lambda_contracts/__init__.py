"""What is right: event shapes, response rules, contracts and the checks over them. Pure: no network, no clock."""
