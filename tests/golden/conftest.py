collect_ignore = ["cases", "failures"]
