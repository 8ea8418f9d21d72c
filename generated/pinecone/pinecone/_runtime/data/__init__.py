"""Models and JSON: encoding, decoding, and checks of arguments and parameters."""
