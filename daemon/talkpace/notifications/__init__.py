"""Notifications to phones: their texts, the queue of each address, and the process that sends one."""
