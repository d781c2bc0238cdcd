"""The StackSets control plane of the local AWS: stack sets, their instances and asynchronous operations."""
