"""The ports through which a build acts, and what runs cells behind them."""
