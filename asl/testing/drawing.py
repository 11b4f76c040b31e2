def drawing(run, title=""):
    return ""
