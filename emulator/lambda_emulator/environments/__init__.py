"""Where a handler runs: in this process, on this machine under the RIE, or in its real image under the RIE."""
