"""Years of files into the record: found, replayed by several processes, written by one."""
