"""The sandbox: worker processes that can be killed, for whatever may be slow, greedy or hostile."""
