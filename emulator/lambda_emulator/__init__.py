"""What runs: environments under the Runtime Interface Emulator, AWS backends, the command line, the pytest plug-in."""
