"""The network: its architecture as data, and sixteen of them in step."""
