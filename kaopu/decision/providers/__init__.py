"""Outside sources of data, asked over HTTP: the call, the consent it needs, the file that lists them, a stub."""
