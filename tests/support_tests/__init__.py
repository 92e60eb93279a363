"""The tests of `tests.support`: what other tests stand on, held to the document and to the official SDK."""
