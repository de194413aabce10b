"""Where splits run. An engine maps a function over splits and yields results in order, no more."""
