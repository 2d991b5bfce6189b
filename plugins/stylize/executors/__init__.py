"""Executors make pictures: in this process, in other processes, later on other machines."""
