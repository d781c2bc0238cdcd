"""The command line: thin commands over the library; the only printer, prompter and exiter."""
