"""Where pictures are made: in this process, in processes beside it, on other machines."""
