"""The ports of a build, and the runners behind them."""
