"""The law of each place as data, one folder a place: edited by a lawyer, read by `triage.pack`."""
