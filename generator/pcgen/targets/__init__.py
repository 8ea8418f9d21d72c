"""What pcgen can make from the IR: a row for each target."""
